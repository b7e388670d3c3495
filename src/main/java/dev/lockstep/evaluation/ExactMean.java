package dev.lockstep.evaluation;

import dev.lockstep.numeric.ExactSum;
import java.io.Serializable;

/** A mean that does not depend on the order of its terms. */
final class ExactMean implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExactSum sum = new ExactSum();
  private long terms;

  ExactMean add(double term) {
    sum.add(term);
    terms++;
    return this;
  }

  ExactMean merge(ExactMean other) {
    sum.merge(other.sum);
    terms += other.terms;
    return this;
  }

  double value() {
    return sum.value() / terms;
  }
}
