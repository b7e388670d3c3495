package dev.lockstep.training.allreduce;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM for one direction of one connection: its key is used for nothing else, its nonces
 * count the frames, so a frame that was changed, repeated, left out or moved is refused.
 */
final class Seal {
  static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  private final SecretKeySpec key;
  private final Cipher cipher;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private long frames;

  Seal(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts all of {@code plain}, sealed and {@link #TAG_BYTES} longer, into {@code frame}. */
  void seal(ByteBuffer plain, ByteBuffer frame) {
    try {
      next(Cipher.ENCRYPT_MODE, plain.remaining());
      cipher.doFinal(plain, frame);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Puts what {@code frame} holds into {@code plain}.
   *
   * @throws GeneralSecurityException if it is not the next frame that the other end sealed
   */
  void open(ByteBuffer frame, ByteBuffer plain) throws GeneralSecurityException {
    next(Cipher.DECRYPT_MODE, frame.remaining() - TAG_BYTES);
    cipher.doFinal(frame, plain);
  }

  private void next(int mode, int plainBytes) throws GeneralSecurityException {
    ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, frames++);
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(ByteBuffer.allocate(Integer.BYTES).putInt(plainBytes).flip());
  }
}
