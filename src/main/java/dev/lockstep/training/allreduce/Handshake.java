package dev.lockstep.training.allreduce;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * The first bytes of a connection: both ends prove that they know the key of this attempt of this
 * round, and the caller says which worker of which stage attempt it is. Nothing else is read
 * before. All frames have a fixed length.
 *
 * <pre>
 * acceptor -> caller    challenge (16 bytes)
 * caller   -> acceptor  worker, stage, stage attempt (12), challenge (16),
 *                       proof over "call", both challenges, attempt, worker (32)
 * acceptor -> caller    proof over "accept", both challenges, attempt, worker (32)
 * </pre>
 */
final class Handshake {
  static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CHALLENGE_BYTES = 16;
  private static final byte[] CALL = "call".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ACCEPT = "accept".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SEAL = "seal".getBytes(StandardCharsets.US_ASCII);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Terms terms;

  Handshake(Terms terms) {
    this.terms = terms;
  }

  /**
   * A connection whose other end is proven.
   *
   * @param worker the caller
   * @param sealsOut seals what this end sends; absent where nothing is encrypted
   * @param sealsIn opens what this end gets
   */
  record Proven(
      SocketChannel channel,
      int worker,
      int stage,
      int stageAttempt,
      Optional<Seal> sealsOut,
      Optional<Seal> sealsIn) {}

  /**
   * The acceptor's side.
   *
   * @throws IOException if the other end does not know the key or the attempt, or is too slow
   */
  Proven accept(SocketChannel channel) throws IOException {
    Socket socket = socket(channel);
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] ours = challenge();
    out.write(ours);
    ByteBuffer name = ByteBuffer.wrap(in.readNBytes(3 * Integer.BYTES));
    byte[] theirs = in.readNBytes(CHALLENGE_BYTES);
    byte[] proof = in.readNBytes(StageKey.PROOF_BYTES);
    if (proof.length < StageKey.PROOF_BYTES) {
      throw new IOException("Invalid handshake: the other end went away");
    }
    Attested caller = new Attested(name.getInt(0), name.getInt(4), name.getInt(8), theirs, ours);
    check(proof, caller.proof(CALL));
    out.write(caller.proof(ACCEPT));
    socket.setSoTimeout(0);
    return caller.proven(channel, ACCEPT, CALL);
  }

  /** The caller's side. */
  Proven call(Endpoint endpoint, Membership self) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      Socket socket = socket(channel);
      socket.connect(endpoint.address(), Math.toIntExact(TIMEOUT.toMillis()));
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] theirs = in.readNBytes(CHALLENGE_BYTES);
      byte[] ours = challenge();
      Attested caller =
          new Attested(self.worker(), self.stage(), self.stageAttempt(), ours, theirs);
      out.write(
          ByteBuffer.allocate(3 * Integer.BYTES + CHALLENGE_BYTES + StageKey.PROOF_BYTES)
              .putInt(self.worker())
              .putInt(self.stage())
              .putInt(self.stageAttempt())
              .put(ours)
              .put(caller.proof(CALL))
              .array());
      check(in.readNBytes(StageKey.PROOF_BYTES), caller.proof(ACCEPT));
      socket.setSoTimeout(0);
      return caller.proven(channel, CALL, ACCEPT);
    } catch (IOException e) {
      channel.close();
      throw new IOException("Failed to connect to " + endpoint + ": " + e.getMessage(), e);
    }
  }

  /** What both ends prove that they agree on. */
  private final class Attested {
    private final int worker;
    private final int stage;
    private final int stageAttempt;
    private final byte[] callers;
    private final byte[] acceptors;

    Attested(int worker, int stage, int stageAttempt, byte[] callers, byte[] acceptors) {
      this.worker = worker;
      this.stage = stage;
      this.stageAttempt = stageAttempt;
      this.callers = callers;
      this.acceptors = acceptors;
    }

    byte[] proof(byte[] purpose) {
      byte[] name = ByteBuffer.allocate(Integer.BYTES).putInt(worker).array();
      byte[] attempt = Membership.attempt(terms, stage, stageAttempt);
      return terms.key().proof(purpose, callers, acceptors, attempt, name);
    }

    Proven proven(SocketChannel channel, byte[] own, byte[] other) {
      return new Proven(channel, worker, stage, stageAttempt, seal(own), seal(other));
    }

    private Optional<Seal> seal(byte[] sender) {
      return terms.privacy() == Terms.Privacy.PLAIN
          ? Optional.empty()
          : Optional.of(new Seal(terms.key().proof(SEAL, sender, callers, acceptors)));
    }
  }

  /**
   * Buffers are left to the system, which fits them to the way: a fixed size is capped, often low.
   */
  private static Socket socket(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    Socket socket = channel.socket();
    socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
    return socket;
  }

  private static byte[] challenge() {
    byte[] challenge = new byte[CHALLENGE_BYTES];
    RANDOM.nextBytes(challenge);
    return challenge;
  }

  private static void check(byte[] actual, byte[] expected) throws IOException {
    if (!MessageDigest.isEqual(actual, expected)) {
      throw new IOException("Invalid proof: the other end does not know this attempt's key");
    }
  }
}
