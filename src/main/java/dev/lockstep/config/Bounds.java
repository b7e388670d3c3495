package dev.lockstep.config;

import java.util.function.DoublePredicate;

/** The values that a real setting may take. */
enum Bounds {
  ANY("must be a finite number", value -> true),
  POSITIVE("must be above 0", value -> value > 0),
  NOT_NEGATIVE("must be at least 0", value -> value >= 0),
  AT_LEAST_ONE("must be at least 1", value -> value >= 1),
  FRACTION("must be in [0, 1]", value -> value >= 0 && value <= 1),
  BELOW_ONE("must be in [0, 1)", value -> value >= 0 && value < 1),
  INNER("must be in (0, 1)", value -> value > 0 && value < 1);

  private final String rule;
  private final DoublePredicate test;

  Bounds(String rule, DoublePredicate test) {
    this.rule = rule;
    this.test = test;
  }

  String rule() {
    return rule;
  }

  boolean holds(double value) {
    return Double.isFinite(value) && test.test(value);
  }
}
