package dev.lockstep.evaluation;

import java.util.List;
import java.util.OptionalDouble;

/**
 * All metrics of a version on a split: slice {@code all} first, then each column's values in order.
 *
 * @param undefined what has no row among the measurements because it has no value
 */
public record Evaluation(List<Measurement> measurements, List<UndefinedMetric> undefined) {
  public Evaluation {
    measurements = List.copyOf(measurements);
    undefined = List.copyOf(undefined);
  }

  /** A metric's value, if it is defined on the slice. */
  public OptionalDouble value(String slice, String metric) {
    return measurements.stream()
        .filter(m -> m.slice().equals(slice) && m.metric().equals(metric))
        .mapToDouble(Measurement::value)
        .findFirst();
  }
}
