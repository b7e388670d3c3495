package dev.lockstep.dataset;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Mean and standard deviation of columns, from sums without rounding of x - c and (x - c)^2, where c is near
 * the column's middle so that nothing cancels. Order and layout of the rows leave no trace in the results.
 */
final class Moments implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] centers;
  private final ExactSum[] deviations;
  private final ExactSum[] squares;
  private long rows;

  private Moments(double[] centers) {
    this.centers = centers;
    this.deviations = sums(centers.length);
    this.squares = sums(centers.length);
  }

  /** Of rows that hold doubles alone, no nulls, as many as there are centers. */
  static Moments of(Dataset<Row> rows, double[] centers) {
    List<Moments> parts =
        rows.javaRDD()
            .mapPartitions(part -> List.of(new Moments(centers).addAll(part)).iterator())
            .collect();
    return parts.stream().reduce(new Moments(centers), Moments::merge);
  }

  double[] means() {
    return IntStream.range(0, centers.length)
        .mapToDouble(i -> centers[i] + deviations[i].toDouble() / rows)
        .toArray();
  }

  /** With Bessel's correction, as MLlib's scaler; 0 for a column of one value. */
  double[] standardDeviations() {
    return IntStream.range(0, centers.length).mapToDouble(this::standardDeviation).toArray();
  }

  private double standardDeviation(int column) {
    if (rows < 2) {
      return 0;
    }
    double sum = deviations[column].toDouble();
    double squared = squares[column].toDouble() - sum / rows * sum;
    return Math.sqrt(Math.max(0, squared) / (rows - 1));
  }

  private Moments addAll(Iterator<Row> part) {
    while (part.hasNext()) {
      Row row = part.next();
      for (int i = 0; i < centers.length; i++) {
        double deviation = row.getDouble(i) - centers[i];
        deviations[i].add(deviation);
        squares[i].add(deviation * deviation);
      }
      rows++;
    }
    return this;
  }

  private Moments merge(Moments other) {
    for (int i = 0; i < centers.length; i++) {
      deviations[i].add(other.deviations[i]);
      squares[i].add(other.squares[i]);
    }
    rows += other.rows;
    return this;
  }

  private static ExactSum[] sums(int count) {
    return IntStream.range(0, count).mapToObj(i -> new ExactSum()).toArray(ExactSum[]::new);
  }
}
