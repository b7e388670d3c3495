package dev.lockstep.evaluation;

import java.io.Serializable;
import java.util.List;

/** The states of all families of metrics that a task has, for one slice. */
final class SliceMetrics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final MetricState<?>[] states;

  SliceMetrics(Target target) {
    this.states =
        switch (target.task()) {
          case BINARY ->
              new MetricState<?>[] {
                new LogLoss(target), new BinaryCounts(), new BrierScore(), new CalibrationBins()
              };
          case MULTICLASS -> new MetricState<?>[] {new LogLoss(target), new ConfusionMatrix()};
          case REGRESSION -> new MetricState<?>[] {new RegressionErrors()};
        };
  }

  void add(double label, double[] prediction) {
    for (MetricState<?> state : states) {
      state.add(label, prediction);
    }
  }

  void merge(SliceMetrics other) {
    for (int i = 0; i < states.length; i++) {
      merge(states[i], other.states[i]);
    }
  }

  void report(SliceReport report) {
    List.of(states).forEach(state -> state.report(report));
  }

  /** States at the same place are of the same family, for both come from the same target. */
  @SuppressWarnings("unchecked")
  private static <S extends MetricState<S>> void merge(MetricState<S> state, MetricState<?> other) {
    state.merge((S) other);
  }
}
