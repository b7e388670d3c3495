package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Listens on one address and lets in who proves to be of the round. Callers are heard side by side:
 * one that says nothing holds up nobody, and is sent away after the handshake's timeout.
 */
final class Reception implements AutoCloseable {
  private static final int SIDE_BY_SIDE = 64;

  /** Between two looks for a caller where there could be none: no core is spent on it. */
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private final ServerSocketChannel server;
  private final Handshake handshake;
  private final Guests guests;
  private final ExecutorService greeters;

  /** Gets each proven connection, on a thread of its own, and answers for closing it. */
  @FunctionalInterface
  interface Guests {
    void welcome(Handshake.Proven guest) throws IOException;
  }

  Reception(String host, Handshake handshake, Guests guests) throws IOException {
    this.handshake = handshake;
    this.guests = guests;
    this.server = ServerSocketChannel.open();
    try {
      server.bind(new InetSocketAddress(host, 0));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    this.greeters =
        new ThreadPoolExecutor(
            0,
            SIDE_BY_SIDE,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> daemon(task, "lockstep-handshake"),
            (task, pool) -> task.run());
    daemon(this::listen, "lockstep-reception").start();
  }

  int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  /** Nobody else is let in; connections that were handed on live on. */
  @Override
  public void close() throws IOException {
    server.close();
    greeters.shutdown();
  }

  static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private void listen() {
    while (server.isOpen()) {
      SocketChannel caller;
      try {
        caller = server.accept();
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE_NANOS); // closed, a caller gone again, or too many open files
        continue;
      }
      greeters.execute(() -> greet(caller));
    }
  }

  /** A caller without a proof learns nothing, not even why. */
  private void greet(SocketChannel caller) {
    try {
      if (server.isOpen()) {
        Handshake.Proven guest = handshake.accept(caller);
        if (server.isOpen()) {
          guests.welcome(guest);
          return;
        }
      }
    } catch (IOException e) {
      // A stranger, or somebody who is gone again: those who wait for him see it themselves.
    }
    close(caller);
  }

  static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is left to be saved.
    }
  }
}
