package dev.lockstep.training.allreduce;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * What sockets can do at best: each of two threads sends so many bytes to the other and gets as
 * many, over loopback, by blocking channels and direct buffers, a part after a part.
 */
final class BareExchange implements AutoCloseable {
  private final SocketChannel[] ends = new SocketChannel[2];
  private final ByteBuffer[] outgoing = new ByteBuffer[2];
  private final ByteBuffer[] incoming = new ByteBuffer[2];
  private final int part;

  /**
   * @param part bytes that are sent before as many are read: less than the sockets' own buffers
   */
  BareExchange(int bytes, int part) throws IOException {
    this.part = part;
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      ends[0] = SocketChannel.open(server.getLocalAddress());
      ends[1] = server.accept();
    }
    for (int side = 0; side < 2; side++) {
      ends[side].setOption(StandardSocketOptions.TCP_NODELAY, true);
      ends[side].setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
      ends[side].setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
      outgoing[side] = ByteBuffer.allocateDirect(bytes);
      incoming[side] = ByteBuffer.allocateDirect(bytes);
    }
  }

  /** One side's part of an exchange. */
  void exchange(int side) {
    ByteBuffer out = outgoing[side];
    ByteBuffer in = incoming[side];
    try {
      for (int from = 0; from < out.capacity(); from += part) {
        int to = Math.min(from + part, out.capacity());
        out.limit(to).position(from);
        while (out.hasRemaining()) {
          ends[side].write(out);
        }
        in.limit(to).position(from);
        while (in.hasRemaining()) {
          if (ends[side].read(in) < 0) {
            throw new EOFException();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    ends[0].close();
    ends[1].close();
  }
}
