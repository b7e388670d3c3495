package dev.lockstep.evaluation;

import java.util.ArrayList;
import java.util.List;

/** Where the metrics of one slice are written down. */
final class SliceReport {
  private final String slice;
  private final List<Measurement> measurements = new ArrayList<>();
  private final List<UndefinedMetric> undefined = new ArrayList<>();

  SliceReport(String slice) {
    this.slice = slice;
  }

  void measured(String metric, double value, long samples) {
    measurements.add(new Measurement(slice, metric, value, samples));
  }

  void undefined(String metric, String reason) {
    undefined.add(new UndefinedMetric(slice, metric, reason));
  }

  /** Writes a metric of all rows, which has no value without rows. */
  void mean(String metric, double total, long samples) {
    if (samples == 0) {
      undefined(metric, "no rows");
    } else {
      measured(metric, total / samples, samples);
    }
  }

  List<Measurement> measurements() {
    return measurements;
  }

  List<UndefinedMetric> undefined() {
    return undefined;
  }
}
