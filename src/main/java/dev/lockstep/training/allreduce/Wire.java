package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes over a socket that is never waited for. */
interface Wire {
  /** Takes what it can; how many bytes, maybe none. */
  int write(ByteBuffer source) throws IOException;

  /** Gives what there is; how many bytes, maybe none, or -1 where the other end has closed. */
  int read(ByteBuffer target) throws IOException;

  /** Whether bytes that were taken have not left yet: {@link #write} is to be called again. */
  boolean isPending();

  static Wire plain(SocketChannel channel) {
    return new Wire() {
      @Override
      public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
      }

      @Override
      public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
      }

      @Override
      public boolean isPending() {
        return false;
      }
    };
  }
}
