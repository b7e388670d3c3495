package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;

/** Frames of at most 64 KB: the plain length (4 bytes), the sealed bytes, their tag. */
final class SealedWire implements Wire {
  private static final int PLAIN_BYTES = 1 << 16;
  private static final int FRAME_BYTES = Integer.BYTES + PLAIN_BYTES + Seal.TAG_BYTES;

  private final SocketChannel channel;
  private final Seal out;
  private final Seal in;
  private final ByteBuffer leaving = ByteBuffer.allocateDirect(FRAME_BYTES).limit(0);
  private final ByteBuffer arriving = ByteBuffer.allocateDirect(FRAME_BYTES).limit(Integer.BYTES);
  private final ByteBuffer opened = ByteBuffer.allocateDirect(PLAIN_BYTES).limit(0);

  SealedWire(SocketChannel channel, Seal out, Seal in) {
    this.channel = channel;
    this.out = out;
    this.in = in;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    channel.write(leaving);
    if (leaving.hasRemaining() || !source.hasRemaining()) {
      return 0;
    }
    int bytes = Math.min(source.remaining(), PLAIN_BYTES);
    int limit = source.limit();
    source.limit(source.position() + bytes);
    leaving.clear().putInt(bytes);
    out.seal(source, leaving);
    source.limit(limit);
    leaving.flip();
    channel.write(leaving);
    return bytes;
  }

  @Override
  public boolean isPending() {
    return leaving.hasRemaining();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!opened.hasRemaining() && !nextFrame()) {
      return channel.isOpen() ? 0 : -1;
    }
    int bytes = Math.min(opened.remaining(), target.remaining());
    target.put(target.position(), opened, opened.position(), bytes);
    target.position(target.position() + bytes);
    opened.position(opened.position() + bytes);
    return bytes;
  }

  /** Whether a whole frame has arrived and is opened. */
  private boolean nextFrame() throws IOException {
    if (arriving.limit() == Integer.BYTES) {
      if (!filled()) {
        return false;
      }
      int bytes = arriving.getInt(0);
      if (bytes < 1 || bytes > PLAIN_BYTES) {
        throw new IOException("Invalid frame: " + bytes + " bytes");
      }
      arriving.limit(Integer.BYTES + bytes + Seal.TAG_BYTES);
    }
    if (!filled()) {
      return false;
    }
    try {
      in.open(arriving.position(Integer.BYTES), opened.clear());
    } catch (GeneralSecurityException e) {
      throw new IOException("Invalid frame: not what the other end sealed", e);
    }
    opened.flip();
    arriving.clear().limit(Integer.BYTES);
    return true;
  }

  private boolean filled() throws IOException {
    if (arriving.hasRemaining() && channel.read(arriving) < 0) {
      channel.close();
    }
    return !arriving.hasRemaining();
  }
}
