package dev.lockstep.numeric;

import java.io.Serializable;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * A sum of doubles without rounding, and so without an order.
 *
 * <p>A fixed-point number over the whole range of double: the value is the sum of {@code limbs[i] *
 * 2^(32 i - 1074)}. Limbs are signed and wider than their 32 bits, so a carry is due only once in
 * 2^30 terms. (R. M. Neal, Fast exact summation using small and large superaccumulators, 2015.)
 */
public final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 2098 bits reach from 2^-1074 over 2^1023; the rest holds 2^63 terms of that size. */
  private static final int LIMBS = 68;

  private static final int LOWEST_EXPONENT = -1074;
  private static final int MOST_PENDING = 1 << 30;
  private static final long LOW = 0xFFFFFFFFL;

  private final long[] limbs = new long[LIMBS];
  private int pending;

  /** Adds a term; ArithmeticException if it is not finite. */
  public void add(double term) {
    add(term, 1);
  }

  /** The same as adding the term so many times. */
  public void addTimes(double term, long times) {
    for (long left = times; left > 0; ) {
      int now = (int) Math.min(left, MOST_PENDING - pending);
      add(term, now);
      left -= now;
    }
  }

  /** At most so many times as there may be pending terms more. */
  private void add(double term, int times) {
    long bits = Double.doubleToRawLongBits(term);
    int exponent = (int) (bits >>> 52) & 0x7FF;
    if (exponent == 0x7FF) {
      throw new ArithmeticException("Invalid term of a sum: " + term + " (must be finite)");
    }
    long mantissa = bits & 0xFFFFFFFFFFFFFL;
    if (exponent > 0) {
      mantissa |= 1L << 52;
      exponent--;
    }
    // The term is mantissa * 2^(exponent - 1074); after the shift its 84 bits span three limbs.
    int shift = exponent & 31;
    int limb = exponent >>> 5;
    long first = (mantissa << shift) & LOW;
    long rest = mantissa >>> (32 - shift);
    long signed = bits >= 0 ? times : -times;
    limbs[limb] += signed * first;
    limbs[limb + 1] += signed * (rest & LOW);
    limbs[limb + 2] += signed * (rest >>> 32);
    pending += times;
    if (pending >= MOST_PENDING) {
      carry();
    }
  }

  /** Adds the square of a number, exact unless it underflows. */
  public void addSquare(double number) {
    double square = number * number;
    add(square);
    add(Math.fma(number, number, -square));
  }

  /** The same as adding the square so many times. */
  public void addSquareTimes(double number, long times) {
    double square = number * number;
    addTimes(square, times);
    addTimes(Math.fma(number, number, -square), times);
  }

  public void merge(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    carry();
  }

  /** The sum in units of 2^-1074. */
  public BigInteger units() {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + Integer.BYTES * (LIMBS - 1));
    long limb = 0;
    for (int i = 0; i < LIMBS - 1; i++) {
      limb += limbs[i];
      bytes.putInt(bytes.capacity() - Integer.BYTES * (i + 1), (int) limb);
      limb >>= 32;
    }
    bytes.putLong(0, limb + limbs[LIMBS - 1]);
    return new BigInteger(bytes.array());
  }

  /** The double nearest to the sum. */
  public double value() {
    BigInteger sum = units();
    BigInteger magnitude = sum.abs();
    int dropped = Math.max(0, magnitude.bitLength() - 128);
    BigInteger top = magnitude.shiftRight(dropped);
    if (dropped > 0 && magnitude.getLowestSetBit() < dropped) {
      // A sticky bit for what was dropped, so that the one rounding below goes the right way.
      top = top.setBit(0);
    }
    double value = Math.scalb(top.doubleValue(), dropped + LOWEST_EXPONENT);
    return sum.signum() < 0 ? -value : value;
  }

  /** Brings every limb but the highest into 0 … 2^32 - 1; the value stays. */
  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> 32;
      limbs[i] &= LOW;
    }
    pending = 1;
  }
}
