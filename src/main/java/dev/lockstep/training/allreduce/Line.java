package dev.lockstep.training.allreduce;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * Short messages between a worker and the driver over a proven connection: length (4 bytes), then
 * the message, sealed where links are encrypted. Several threads may send, one receives.
 */
final class Line implements AutoCloseable {
  private static final int MOST_BYTES = 1 << 24;

  private final SocketChannel channel;
  private final Optional<Seal> out;
  private final Optional<Seal> in;
  private final DataOutputStream output;
  private final DataInputStream input;

  Line(Handshake.Proven proven) throws IOException {
    this.channel = proven.channel();
    this.out = proven.sealsOut();
    this.in = proven.sealsIn();
    this.output = new DataOutputStream(channel.socket().getOutputStream());
    this.input = new DataInputStream(channel.socket().getInputStream());
  }

  synchronized void send(byte[] message) throws IOException {
    byte[] wrapped = message;
    if (out.isPresent()) {
      wrapped = new byte[message.length + Seal.TAG_BYTES];
      out.get().seal(ByteBuffer.wrap(message), ByteBuffer.wrap(wrapped));
    }
    output.write(
        ByteBuffer.allocate(Integer.BYTES + wrapped.length)
            .putInt(wrapped.length)
            .put(wrapped)
            .array());
  }

  /**
   * Waits for the next message.
   *
   * @throws java.io.EOFException if the other end has closed the line
   */
  byte[] receive() throws IOException {
    int bytes = input.readInt();
    int least = in.isPresent() ? Seal.TAG_BYTES : 0;
    if (bytes < least || bytes > MOST_BYTES) {
      throw new IOException("Invalid message: " + bytes + " bytes");
    }
    byte[] wrapped = new byte[bytes];
    input.readFully(wrapped);
    if (in.isEmpty()) {
      return wrapped;
    }
    byte[] message = new byte[bytes - least];
    try {
      in.get().open(ByteBuffer.wrap(wrapped), ByteBuffer.wrap(message));
    } catch (GeneralSecurityException e) {
      throw new IOException("Invalid message: not what the other end sealed", e);
    }
    return message;
  }

  @Override
  public void close() {
    Reception.close(channel);
  }
}
