package dev.lockstep.training.allreduce;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A proven connection to one other worker: blocking, without copies where buffers are direct. */
final class Link implements AutoCloseable {
  /**
   * What one end sends before it reads what the other end sent. It fits into the sockets' own
   * buffers, so that two ends, or a ring of them, that all send first never wait for each other.
   */
  private static final int CHUNK_BYTES = 1 << 16;

  private final int worker;
  private final SocketChannel channel;
  private long bytesSent;

  Link(int worker, SocketChannel channel) {
    this.worker = worker;
    this.channel = channel;
  }

  /**
   * Sends all of {@code outgoing} through {@code to} while it fills all of {@code incoming} from
   * {@code from}.
   */
  static void exchange(Link to, List<ByteBuffer> outgoing, Link from, List<ByteBuffer> incoming) {
    Cursor out = new Cursor(outgoing);
    Cursor in = new Cursor(incoming);
    while (out.hasRemaining() || in.hasRemaining()) {
      to.write(out);
      from.read(in);
    }
  }

  long bytesSent() {
    return bytesSent;
  }

  private void write(Cursor cursor) {
    int budget = CHUNK_BYTES;
    while (budget > 0 && cursor.hasRemaining()) {
      ByteBuffer chunk = cursor.next(budget);
      budget -= chunk.remaining();
      bytesSent += chunk.remaining();
      try {
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
      } catch (IOException e) {
        throw new PeerLostException(worker, e);
      }
    }
  }

  private void read(Cursor cursor) {
    int budget = CHUNK_BYTES;
    while (budget > 0 && cursor.hasRemaining()) {
      ByteBuffer chunk = cursor.next(budget);
      budget -= chunk.remaining();
      try {
        while (chunk.hasRemaining()) {
          if (channel.read(chunk) < 0) {
            throw new EOFException("closed by the other end");
          }
        }
      } catch (IOException e) {
        throw new PeerLostException(worker, e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Walks through buffers, a chunk at a time, without moving their own positions. */
  private static final class Cursor {
    private final List<ByteBuffer> buffers;
    private int index;
    private int offset;

    Cursor(List<ByteBuffer> buffers) {
      this.buffers = buffers;
      skipEmpty();
    }

    boolean hasRemaining() {
      return index < buffers.size();
    }

    ByteBuffer next(int most) {
      ByteBuffer buffer = buffers.get(index);
      int length = Math.min(most, buffer.capacity() - offset);
      ByteBuffer chunk = buffer.slice(offset, length);
      offset += length;
      skipEmpty();
      return chunk;
    }

    private void skipEmpty() {
      while (index < buffers.size() && offset == buffers.get(index).capacity()) {
        index++;
        offset = 0;
      }
    }
  }
}
