package dev.lockstep.storage.lease;

import java.time.Duration;

/** Time as one process feels it: it never jumps, and says nothing about the time of day. */
public interface Stopwatch {
  /** The JVM's. */
  Stopwatch SYSTEM =
      new Stopwatch() {
        @Override
        public Duration elapsed() {
          return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
          Thread.sleep(time.toMillis());
        }
      };

  /** Since some fixed moment. */
  Duration elapsed();

  void pause(Duration time) throws InterruptedException;
}
