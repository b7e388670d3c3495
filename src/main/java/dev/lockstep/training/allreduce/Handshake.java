package dev.lockstep.training.allreduce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * The first bytes of a connection: both ends prove that they know the key of this attempt of this
 * round, the caller says which worker of which stage attempt it is, and both agree on whom it
 * calls. Nothing else is read before. All frames have a fixed length, and all of them together a
 * time limit.
 *
 * <pre>
 * acceptor -> caller    challenge (16 bytes)
 * caller   -> acceptor  worker, stage, stage attempt (12), challenge (16),
 *                       proof over "call", both challenges, attempt, caller, callee (32)
 * acceptor -> caller    proof over "accept", both challenges, attempt, caller, callee (32)
 * </pre>
 */
final class Handshake {
  /** Who the driver is where others are workers, from 0. */
  static final int DRIVER = -1;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int CHALLENGE_BYTES = 16;
  private static final byte[] CALL = "call".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ACCEPT = "accept".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SEAL = "seal".getBytes(StandardCharsets.US_ASCII);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Terms terms;
  private final int self;
  private final Duration timeout;

  /**
   * @param self a worker, or {@link #DRIVER}
   */
  Handshake(Terms terms, int self) {
    this(terms, self, TIMEOUT);
  }

  Handshake(Terms terms, int self, Duration timeout) {
    this.terms = terms;
    this.self = self;
    this.timeout = timeout;
  }

  /** How long the other end is waited for. */
  Duration timeout() {
    return timeout;
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
    Frames frames = new Frames(channel, timeout);
    byte[] ours = challenge();
    frames.write(ours);
    ByteBuffer name = ByteBuffer.wrap(frames.read(3 * Integer.BYTES));
    byte[] theirs = frames.read(CHALLENGE_BYTES);
    byte[] proof = frames.read(StageKey.PROOF_BYTES);
    Call call = new Call(name.getInt(0), self, name.getInt(4), name.getInt(8));
    Attested attested = new Attested(call, theirs, ours);
    check(proof, attested.proof(CALL));
    frames.write(attested.proof(ACCEPT));
    frames.end();
    return attested.proven(channel, ACCEPT, CALL);
  }

  /**
   * The caller's side.
   *
   * @param callee a worker, or {@link #DRIVER}
   * @param caller of the same worker as this
   */
  Proven call(Endpoint endpoint, int callee, Membership caller) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.socket().connect(endpoint.address(), Math.toIntExact(timeout.toMillis()));
      Frames frames = new Frames(channel, timeout);
      byte[] theirs = frames.read(CHALLENGE_BYTES);
      byte[] ours = challenge();
      Call call = new Call(self, callee, caller.stage(), caller.stageAttempt());
      Attested attested = new Attested(call, ours, theirs);
      frames.write(
          ByteBuffer.allocate(3 * Integer.BYTES + CHALLENGE_BYTES + StageKey.PROOF_BYTES)
              .putInt(call.caller())
              .putInt(call.stage())
              .putInt(call.stageAttempt())
              .put(ours)
              .put(attested.proof(CALL))
              .array());
      check(frames.read(StageKey.PROOF_BYTES), attested.proof(ACCEPT));
      frames.end();
      return attested.proven(channel, CALL, ACCEPT);
    } catch (IOException e) {
      channel.close();
      throw new IOException("Failed to connect to " + endpoint + ": " + e.getMessage(), e);
    }
  }

  /** Who calls whom, in which attempt. */
  private record Call(int caller, int callee, int stage, int stageAttempt) {
    byte[] ends() {
      return ByteBuffer.allocate(2 * Integer.BYTES).putInt(caller).putInt(callee).array();
    }

    byte[] attempt(String round) {
      byte[] name = round.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(2 * Integer.BYTES + name.length)
          .putInt(stage)
          .putInt(stageAttempt)
          .put(name)
          .array();
    }
  }

  /** What both ends prove that they agree on. */
  private final class Attested {
    private final Call call;
    private final byte[] callers;
    private final byte[] acceptors;

    Attested(Call call, byte[] callers, byte[] acceptors) {
      this.call = call;
      this.callers = callers;
      this.acceptors = acceptors;
    }

    byte[] proof(byte[] purpose) {
      byte[] attempt = call.attempt(terms.round());
      return terms.key().proof(purpose, callers, acceptors, attempt, call.ends());
    }

    Proven proven(SocketChannel channel, byte[] own, byte[] other) {
      return new Proven(
          channel, call.caller(), call.stage(), call.stageAttempt(), seal(own), seal(other));
    }

    private Optional<Seal> seal(byte[] sender) {
      return terms.privacy() == Terms.Privacy.PLAIN
          ? Optional.empty()
          : Optional.of(new Seal(terms.key().proof(SEAL, sender, callers, acceptors, call.ends())));
    }
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
