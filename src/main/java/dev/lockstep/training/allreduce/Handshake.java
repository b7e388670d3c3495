package dev.lockstep.training.allreduce;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The first bytes of a connection: both ends prove that they know the key of this attempt of this
 * round, and the caller says which worker it is. Nothing else is read before. All frames have a
 * fixed length.
 *
 * <pre>
 * acceptor -> caller    challenge (16 bytes)
 * caller   -> acceptor  worker (4), challenge (16), proof over "call", both challenges, worker (32)
 * acceptor -> caller    proof over "accept", both challenges, worker (32)
 * </pre>
 */
final class Handshake {
  private static final int CHALLENGE_BYTES = 16;
  private static final byte[] CALL = "call".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ACCEPT = "accept".getBytes(StandardCharsets.US_ASCII);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final StageKey key;
  private final Duration timeout;

  Handshake(StageKey key, Duration timeout) {
    this.key = key;
    this.timeout = timeout;
  }

  /**
   * The acceptor's side.
   *
   * @return the caller's worker number
   * @throws IOException if the other end does not know the key, or is too slow
   */
  int accept(SocketChannel channel) throws IOException {
    Socket socket = socket(channel);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] ours = challenge();
    out.write(ours);
    byte[] worker = in.readNBytes(Integer.BYTES);
    byte[] theirs = in.readNBytes(CHALLENGE_BYTES);
    check(in.readNBytes(StageKey.PROOF_BYTES), key.proof(CALL, ours, theirs, worker));
    out.write(key.proof(ACCEPT, theirs, ours, worker));
    socket.setSoTimeout(0);
    return ByteBuffer.wrap(worker).getInt();
  }

  /** The caller's side. */
  void call(SocketChannel channel, int worker) throws IOException {
    Socket socket = socket(channel);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] theirs = in.readNBytes(CHALLENGE_BYTES);
    byte[] ours = challenge();
    byte[] name = ByteBuffer.allocate(Integer.BYTES).putInt(worker).array();
    ByteBuffer frame =
        ByteBuffer.allocate(Integer.BYTES + CHALLENGE_BYTES + StageKey.PROOF_BYTES)
            .put(name)
            .put(ours)
            .put(key.proof(CALL, theirs, ours, name));
    out.write(frame.array());
    check(in.readNBytes(StageKey.PROOF_BYTES), key.proof(ACCEPT, ours, theirs, name));
    socket.setSoTimeout(0);
  }

  private Socket socket(SocketChannel channel) throws IOException {
    Socket socket = channel.socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
    return socket;
  }

  private static byte[] challenge() {
    byte[] challenge = new byte[CHALLENGE_BYTES];
    RANDOM.nextBytes(challenge);
    return challenge;
  }

  private static void check(byte[] actual, byte[] expected) throws IOException {
    if (!MessageDigest.isEqual(actual, expected)) {
      throw new IOException("Invalid proof: the other end does not know this round's key");
    }
  }
}
