package dev.lockstep.evaluation;

import dev.lockstep.config.Task;
import java.util.ArrayList;
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
 * Scores the chunks of a partition one after the other, with a network that is read once.
 *
 * @param rowIdColumn where the kept columns have the row_id
 */
record ChunkScoring(Broadcast<byte[]> network, Target target, int rowIdColumn)
    implements MapPartitionsFunction<Tuple2<Row, float[]>, Row> {

  /**
   * The scored rows.
   *
   * @param rows kept columns and features: whole chunks, in order of row_id
   */
  @Override
  public Iterator<Row> call(Iterator<Tuple2<Row, float[]>> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    return new ScoredChunks(rows, InferenceNetwork.read(network.value()));
  }

  private List<Row> score(List<Tuple2<Row, float[]>> chunk, InferenceNetwork reader) {
    float[][] features = chunk.stream().map(Tuple2::_2).toArray(float[][]::new);
    double[][] predictions = reader.predict(features, target.width());
    List<Row> scored = new ArrayList<>(features.length);
    for (int i = 0; i < features.length; i++) {
      scored.add(scored(chunk.get(i)._1(), predictions[i]));
    }
    return scored;
  }

  private Row scored(Row kept, double[] prediction) {
    Object[] values = new Object[kept.size() + 1];
    for (int i = 0; i < kept.size(); i++) {
      values[i] = kept.get(i);
    }
    values[kept.size()] = target.task() == Task.MULTICLASS ? prediction : (Object) prediction[0];
    return RowFactory.create(values);
  }

  /** Holds one chunk at a time. */
  private final class ScoredChunks implements Iterator<Row> {
    private final Iterator<Tuple2<Row, float[]>> rows;
    private final InferenceNetwork reader;
    private Iterator<Row> scored = Collections.emptyIterator();
    private Tuple2<Row, float[]> next;

    ScoredChunks(Iterator<Tuple2<Row, float[]>> rows, InferenceNetwork reader) {
      this.rows = rows;
      this.reader = reader;
      this.next = rows.next();
    }

    @Override
    public boolean hasNext() {
      return scored.hasNext() || next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (!scored.hasNext()) {
        scored = score(chunk(), reader).iterator();
      }
      return scored.next();
    }

    private List<Tuple2<Row, float[]>> chunk() {
      long id = chunkId(next);
      List<Tuple2<Row, float[]>> chunk = new ArrayList<>();
      while (next != null && chunkId(next) == id) {
        chunk.add(next);
        next = rows.hasNext() ? rows.next() : null;
      }
      return chunk;
    }

    private long chunkId(Tuple2<Row, float[]> row) {
      return row._1().getLong(rowIdColumn) / NetworkScorer.CHUNK_ROWS;
    }
  }
}
