package dev.lockstep.validation.profile;

import dev.lockstep.numeric.ExactSum;
import java.io.Serializable;
import java.math.BigInteger;

/** Mean and standard deviation of numbers, rounded once at the end. */
final class Moments implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of a root, before it is rounded to a double's 53. */
  private static final int ROOT_BITS = 64;

  private final ExactSum sum = new ExactSum();
  private final ExactSum squares = new ExactSum();
  private long count;

  /** Adds a number whose square is finite. */
  void add(double value) {
    sum.add(value);
    squares.addSquare(value);
    count++;
  }

  /** The same as adding the number so many times. */
  void addTimes(double value, long times) {
    sum.addTimes(value, times);
    squares.addSquareTimes(value, times);
    count += times;
  }

  void merge(Moments other) {
    sum.merge(other.sum);
    squares.merge(other.squares);
    count += other.count;
  }

  /** Null of no numbers. */
  Double mean() {
    return count == 0 ? null : sum.value() / count;
  }

  /** Of the numbers themselves: sqrt((sum of squares - sum^2 / n) / n); null of no numbers. */
  Double deviation() {
    if (count == 0) {
      return null;
    }
    BigInteger n = BigInteger.valueOf(count);
    BigInteger sumUnits = sum.units();
    // Both in units of 2^-2148, and exact: what cancels costs no digits.
    BigInteger spread =
        squares.units().shiftLeft(1074).multiply(n).subtract(sumUnits.multiply(sumUnits));
    int bits = 2 * (ROOT_BITS + n.bitLength());
    int surplus = spread.bitLength() - bits & ~1; // even, as the root halves it
    BigInteger variance = spread.shiftRight(surplus).divide(n.multiply(n));
    return Math.scalb(variance.sqrt().doubleValue(), (surplus - 2148) / 2);
  }
}
