package dev.lockstep.network;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * All that an iteration changes: what goes into a round and comes out of it, and what a checkpoint
 * keeps.
 *
 * @param parameters the flat parameter vector, DL4J's order
 * @param updaterState the flat updater state (Adam's moments, …), DL4J's order; empty for SGD
 * @param iteration weight updates done
 * @param epoch complete epochs done
 */
@SuppressWarnings(
    "ArrayRecordComponent") // a network's vectors: compared by sha256(), never by equals
public record NetworkState(float[] parameters, float[] updaterState, int iteration, int epoch)
    implements Serializable {

  /** SHA-256 in hex over the parameters as little-endian float32: the run's fingerprint. */
  public String parametersSha256() {
    return sha256(parameters);
  }

  /** SHA-256 in hex over the updater state as little-endian float32. */
  public String updaterStateSha256() {
    return sha256(updaterState);
  }

  /** SHA-256 in hex over all of it. */
  public String sha256() {
    MessageDigest digest = digest();
    update(digest, parameters);
    update(digest, updaterState);
    digest.update(ByteBuffer.allocate(2 * Integer.BYTES).putInt(iteration).putInt(epoch).flip());
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(float[] values) {
    MessageDigest digest = digest();
    update(digest, values);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, float[] values) {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    int perChunk = chunk.capacity() / Float.BYTES;
    for (int from = 0; from < values.length; from += perChunk) {
      int count = Math.min(perChunk, values.length - from);
      chunk.clear();
      chunk.asFloatBuffer().put(values, from, count);
      digest.update(chunk.limit(count * Float.BYTES));
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
