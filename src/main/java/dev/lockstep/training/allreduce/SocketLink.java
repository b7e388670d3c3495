package dev.lockstep.training.allreduce;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A link to a worker of another process: a proven connection that writes and reads what is ready,
 * so that no order of sends and receives can make two ends wait for each other.
 */
final class SocketLink extends Link {
  /** What moves at once: enough to make a system call cheap, little enough to stay in the cache. */
  private static final int BURST_BYTES = 1 << 18;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final Wire wire;
  private long sentBytes;
  private long arrivedBytes;

  SocketLink(int peer, Handshake.Proven proven, Selector selector) throws IOException {
    super(peer);
    this.channel = proven.channel();
    channel.configureBlocking(false);
    this.key = channel.register(selector, 0);
    this.wire =
        proven.sealsOut().isPresent()
            ? new SealedWire(
                channel, proven.sealsOut().orElseThrow(), proven.sealsIn().orElseThrow())
            : Wire.plain(channel);
  }

  @Override
  void begin() {
    super.begin();
    sentBytes = 0;
    arrivedBytes = 0;
  }

  @Override
  long arrived() {
    return arrivedBytes / Float.BYTES;
  }

  @Override
  Memory.Span locate(long position, Memory.Span span) {
    int index = incoming().at(position);
    long offset = position - incoming().start(index);
    return span.at(incoming().memory(index), incoming().from(index) + offset);
  }

  @Override
  boolean sent(long position) {
    return sentBytes >= position * Float.BYTES && !wire.isPending();
  }

  @Override
  void release(long position) {
    // What has arrived is this worker's own copy.
  }

  @Override
  boolean drive() {
    try {
      boolean wrote = isSending() && write();
      boolean read = isReceiving() && read();
      return wrote || read;
    } catch (IOException e) {
      throw new PeerLostException(peer(), e);
    }
  }

  @Override
  void arm() {
    key.interestOps(
        (isSending() ? SelectionKey.OP_WRITE : 0) | (isReceiving() ? SelectionKey.OP_READ : 0));
  }

  private boolean isSending() {
    return sentBytes < offered() * Float.BYTES || wire.isPending();
  }

  private boolean isReceiving() {
    return arrivedBytes < incoming().length() * Float.BYTES;
  }

  private boolean write() throws IOException {
    boolean pending = wire.isPending();
    int bytes = wire.write(window(outgoing(), sentBytes, offered() * Float.BYTES));
    sentBytes += bytes;
    return bytes > 0 || (pending && !wire.isPending());
  }

  private boolean read() throws IOException {
    int bytes = wire.read(window(incoming(), arrivedBytes, incoming().length() * Float.BYTES));
    if (bytes < 0) {
      throw new EOFException("closed by the other end");
    }
    arrivedBytes += bytes;
    return bytes > 0;
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  /** The next bytes from position {@code from}, of one stretch, at most up to {@code to}. */
  private static ByteBuffer window(Stretches stretches, long from, long to) {
    if (from == to) {
      return NOTHING;
    }
    int index = stretches.at(from / Float.BYTES);
    long start = stretches.start(index) * Float.BYTES;
    long end = Math.min(Math.min(stretches.start(index + 1) * Float.BYTES, to), from + BURST_BYTES);
    long shift = stretches.from(index) * Float.BYTES - start;
    return stretches.memory(index).window(from + shift, end + shift);
  }

  @Override
  public void close() {
    Reception.close(channel);
  }
}
