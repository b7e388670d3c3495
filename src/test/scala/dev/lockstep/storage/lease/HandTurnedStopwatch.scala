package dev.lockstep.storage.lease

import java.time.Duration

/** Time that passes only when somebody waits; `meanwhile` is what others do in that time. */
final class HandTurnedStopwatch(meanwhile: Duration => Unit = _ => ()) extends Stopwatch {
  private var time = Duration.ofDays(1)

  override def elapsed(): Duration = time
  def turn(by: Duration): Unit = time = time.plus(by)

  override def pause(by: Duration): Unit = {
    turn(by)
    meanwhile(time)
  }
}
