package dev.lockstep.validation.profile;

import dev.lockstep.numeric.ExactSum;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Mean and standard deviation of numbers, rounded once at the end. */
final class Moments implements Serializable {
  private static final long serialVersionUID = 1L;

  /** More than twice those of a double. */
  private static final MathContext DIGITS = new MathContext(40);

  /** Of a sum: 2^-1074. */
  private static final BigDecimal UNIT = new BigDecimal(Double.MIN_VALUE, DIGITS);

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
    // Both in units of 2^-2148.
    BigInteger spread =
        squares.units().shiftLeft(1074).multiply(n).subtract(sumUnits.multiply(sumUnits));
    BigDecimal root = new BigDecimal(spread.max(BigInteger.ZERO), DIGITS).sqrt(DIGITS);
    return root.multiply(UNIT).divide(new BigDecimal(n), DIGITS).doubleValue();
  }
}
