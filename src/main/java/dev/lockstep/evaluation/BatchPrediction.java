package dev.lockstep.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Tuple2;

/**
 * Predicts a partition batch after batch, as its rows come, with a network that is read once.
 *
 * @param classes names in the order of their index
 */
record BatchPrediction(Broadcast<byte[]> network, Target target, List<String> classes)
    implements MapPartitionsFunction<Tuple2<Row, float[]>, Row> {

  @Override
  public Iterator<Row> call(Iterator<Tuple2<Row, float[]>> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    return new PredictedBatches(rows, InferenceNetwork.read(network.value()));
  }

  /** Kept columns and the prediction's; nulls for these where there is no usable output. */
  private Row predicted(Row kept, double[] output) {
    int columns = Predictor.columns(target);
    Object[] values = new Object[kept.size() + columns];
    for (int i = 0; i < kept.size(); i++) {
      values[i] = kept.get(i);
    }
    if (output != null && Arrays.stream(output).allMatch(Double::isFinite)) {
      Object prediction =
          switch (target.task()) {
            case BINARY -> BinaryCounts.isPositive(output) ? 1 : 0;
            case MULTICLASS -> classes.get(ConfusionMatrix.mostProbable(output));
            case REGRESSION -> output[0];
          };
      values[kept.size()] = prediction;
      if (columns > 1) {
        values[kept.size() + 1] = output.length == 1 ? (Object) output[0] : output;
      }
    }
    return RowFactory.create(values);
  }

  /** Holds one batch at a time. */
  private final class PredictedBatches implements Iterator<Row> {
    private final Iterator<Tuple2<Row, float[]>> rows;
    private final InferenceNetwork reader;
    private final List<Tuple2<Row, float[]>> batch = new ArrayList<>();
    private double[][] outputs;
    private int next;
    private int nextOutput;

    PredictedBatches(Iterator<Tuple2<Row, float[]>> rows, InferenceNetwork reader) {
      this.rows = rows;
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      return next < batch.size() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (next == batch.size()) {
        readBatch();
      }
      Tuple2<Row, float[]> row = batch.get(next++);
      return predicted(row._1(), row._2() == null ? null : outputs[nextOutput++]);
    }

    private void readBatch() {
      batch.clear();
      next = 0;
      nextOutput = 0;
      List<float[]> features = new ArrayList<>(InferenceNetwork.ROWS);
      while (batch.size() < InferenceNetwork.ROWS && rows.hasNext()) {
        Tuple2<Row, float[]> row = rows.next();
        batch.add(row);
        if (row._2() != null) {
          features.add(row._2());
        }
      }
      if (!features.isEmpty()) {
        outputs = reader.predict(features.toArray(float[][]::new), target.width());
      }
    }
  }
}
