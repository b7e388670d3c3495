package dev.lockstep.training.allreduce;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A handshake's frames over a connected channel, all of which must come before one deadline: an end
 * that says a byte now and then holds its place no longer than one that says nothing.
 */
final class Frames {
  private final Socket socket;
  private final long began = System.nanoTime();
  private final Duration timeout;

  /**
   * Buffers are left to the system, which fits them to the way: a fixed size is capped, often low.
   */
  Frames(SocketChannel channel, Duration timeout) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.socket = channel.socket();
    this.timeout = timeout;
  }

  void write(byte[] frame) throws IOException {
    socket.getOutputStream().write(frame);
  }

  byte[] read(int bytes) throws IOException {
    byte[] frame = new byte[bytes];
    for (int there = 0; there < bytes; ) {
      socket.setSoTimeout(millisLeft());
      int more = socket.getInputStream().read(frame, there, bytes - there);
      if (more < 0) {
        throw new EOFException("Invalid handshake: the other end went away");
      }
      there += more;
    }
    return frame;
  }

  /** The handshake is over: what is read from now on may take its time. */
  void end() throws IOException {
    socket.setSoTimeout(0);
  }

  private int millisLeft() throws SocketTimeoutException {
    long nanos = timeout.toNanos() - (System.nanoTime() - began);
    if (nanos <= 0) {
      throw new SocketTimeoutException("Invalid handshake: not over within " + timeout);
    }
    return Math.max(1, Math.toIntExact(TimeUnit.NANOSECONDS.toMillis(nanos)));
  }
}
