package dev.lockstep.validation.profile;

import org.apache.spark.unsafe.types.UTF8String;

/** Texts of at most {@link #MOST} bytes as numbers: their bytes from the highest, then how many. */
final class ShortText {
  static final int MOST = Long.BYTES - 1;

  private ShortText() {}

  static boolean is(UTF8String text) {
    return text.numBytes() <= MOST;
  }

  static long of(UTF8String text) {
    return text.getPrefix() | text.numBytes();
  }

  /** The text of a number that {@link #of} made. */
  static UTF8String text(long number) {
    byte[] bytes = new byte[(int) number & 0xFF];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (number >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
    return UTF8String.fromBytes(bytes);
  }
}
