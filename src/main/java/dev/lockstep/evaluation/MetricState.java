package dev.lockstep.evaluation;

import dev.lockstep.numeric.ExactSum;
import java.io.Serializable;

/**
 * What one family of metrics has to know of a set of rows.
 *
 * <p>Law: however rows are dealt to states and in whatever order and grouping the states are
 * merged, the report is the same, bit for bit. So a state holds integers and {@link ExactSum}s
 * only.
 *
 * @param <S> the state itself
 */
interface MetricState<S extends MetricState<S>> extends Serializable {
  /**
   * Takes a row in.
   *
   * @param label a class index, or a real value
   * @param prediction [width of the target], finite
   */
  void add(double label, double[] prediction);

  /** Takes in all rows of another state, which stays as it is. */
  void merge(S other);

  /** Writes the metrics of the rows taken in so far. */
  void report(SliceReport report);
}
