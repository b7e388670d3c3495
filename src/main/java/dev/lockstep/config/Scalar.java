package dev.lockstep.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.util.Optional;

/** What a value that is neither list nor object says; empty if it says no such thing. */
final class Scalar {
  private Scalar() {}

  static Optional<String> text(ConfigValue value) {
    boolean scalar =
        value.valueType() != ConfigValueType.OBJECT && value.valueType() != ConfigValueType.LIST;
    return scalar ? Optional.of(value.unwrapped().toString()) : Optional.empty();
  }

  static Optional<Double> decimal(ConfigValue value) {
    return exact(value).map(BigDecimal::doubleValue);
  }

  /** A number without a fraction that 64 bits hold, in any notation. */
  static Optional<Long> whole(ConfigValue value) {
    try {
      return exact(value).map(BigDecimal::longValueExact);
    } catch (ArithmeticException fractionOrTooLarge) {
      return Optional.empty();
    }
  }

  private static Optional<BigDecimal> exact(ConfigValue value) {
    try {
      return text(value).map(String::strip).map(BigDecimal::new);
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }
}
