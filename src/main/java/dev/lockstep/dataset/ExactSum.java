package dev.lockstep.dataset;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of doubles without rounding: the same for any order of the terms, so for any layout of the
 * data.
 *
 * <p>A fixed-point number of 2,176 bits in 68 chunks of 32, each with room for carries; chunk i
 * counts multiples of 2^(32 i - 1074) (Neal 2015, "Fast exact summation using small and large
 * superaccumulators", arXiv 1505.05571).
 */
final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int CHUNKS = 68;
  private static final int CHUNK_BITS = 32;
  private static final long CHUNK_MASK = 0xffff_ffffL;
  private static final int MOST_PENDING = 1 << 29;
  private static final int LEAST_EXPONENT = -1074;

  private final long[] chunks = new long[CHUNKS];
  private int pending;

  /**
   * @param term finite
   */
  void add(double term) {
    long bits = Double.doubleToRawLongBits(term);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    long mantissa = bits & 0xf_ffff_ffff_ffffL;
    if (exponent == 0x7ff) {
      throw new IllegalArgumentException("Invalid term: " + term + " (must be finite)");
    }
    int position = exponent == 0 ? 0 : exponent - 1;
    long magnitude = exponent == 0 ? mantissa : mantissa | 1L << 52;
    int chunk = position / CHUNK_BITS;
    int shift = position % CHUNK_BITS;
    long sign = bits < 0 ? -1 : 1;
    long low = (magnitude & CHUNK_MASK) << shift;
    long high = (magnitude >>> CHUNK_BITS) << shift;
    long middle = (low >>> CHUNK_BITS) + (high & CHUNK_MASK);
    chunks[chunk] += sign * (low & CHUNK_MASK);
    chunks[chunk + 1] += sign * middle;
    chunks[chunk + 2] += sign * (high >>> CHUNK_BITS);
    if (++pending == MOST_PENDING) {
      carry();
    }
  }

  /**
   * @return this
   */
  ExactSum add(ExactSum other) {
    other.carry();
    carry();
    for (int i = 0; i < CHUNKS; i++) {
      chunks[i] += other.chunks[i];
    }
    carry();
    return this;
  }

  /** The sum, to the nearest double. */
  double toDouble() {
    return toBigDecimal().doubleValue();
  }

  BigDecimal toBigDecimal() {
    BigInteger sum = BigInteger.ZERO;
    for (int i = CHUNKS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(CHUNK_BITS).add(BigInteger.valueOf(chunks[i]));
    }
    int trailing = Math.max(0, Math.min(sum.getLowestSetBit(), -LEAST_EXPONENT));
    return new BigDecimal(sum.shiftRight(trailing))
        .divide(new BigDecimal(BigInteger.ONE.shiftLeft(-LEAST_EXPONENT - trailing)));
  }

  private void carry() {
    for (int i = 0; i < CHUNKS - 1; i++) {
      chunks[i + 1] += chunks[i] >> CHUNK_BITS;
      chunks[i] &= CHUNK_MASK;
    }
    pending = 0;
  }
}
