package dev.lockstep.training.allreduce;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The random secret of one attempt of one round. It reaches the workers inside Spark's task, as
 * protected as Spark's own RPC is set up, and is never sent over a link: a link's ends prove that
 * they know it.
 */
public final class StageKey implements Serializable {
  private static final long serialVersionUID = 1L;
  static final int PROOF_BYTES = 32;

  private final byte[] secret;

  private StageKey(byte[] secret) {
    this.secret = secret;
  }

  public static StageKey random() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return new StageKey(secret);
  }

  /** HMAC-SHA256 over the parts, each preceded by its length. */
  byte[] proof(byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StageKey key && MessageDigest.isEqual(secret, key.secret);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(secret);
  }

  @Override
  public String toString() {
    return "StageKey[***]";
  }
}
