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

/**
 * Scores the chunks of a partition one after the other, with a network that is read once.
 *
 * @param kept the columns that scored rows keep, in order
 */
record ChunkScoring(
    Broadcast<byte[]> network, Target target, int[] kept, int rowIdColumn, int featuresColumn)
    implements MapPartitionsFunction<Row, Row> {

  /**
   * The scored rows.
   *
   * @param rows whole chunks, in order of row_id
   */
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    return new ScoredChunks(rows, InferenceNetwork.read(network.value()));
  }

  static float[] features(Row row, int column) {
    List<Float> values = row.getList(column);
    float[] features = new float[values.size()];
    int i = 0;
    for (float value : values) {
      features[i++] = value;
    }
    return features;
  }

  private List<Row> score(List<Row> chunk, InferenceNetwork reader) {
    float[][] features = new float[chunk.size()][];
    for (int i = 0; i < features.length; i++) {
      features[i] = features(chunk.get(i), featuresColumn);
    }
    double[][] predictions = reader.predict(features, target.width());
    List<Row> scored = new ArrayList<>(features.length);
    for (int i = 0; i < features.length; i++) {
      scored.add(scored(chunk.get(i), predictions[i]));
    }
    return scored;
  }

  private Row scored(Row row, double[] prediction) {
    Object[] values = new Object[kept.length + 1];
    for (int i = 0; i < kept.length; i++) {
      values[i] = row.get(kept[i]);
    }
    values[kept.length] = target.task() == Task.MULTICLASS ? prediction : prediction[0];
    return RowFactory.create(values);
  }

  /** Holds one chunk at a time. */
  private final class ScoredChunks implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final InferenceNetwork reader;
    private Iterator<Row> scored = Collections.emptyIterator();
    private Row next;

    ScoredChunks(Iterator<Row> rows, InferenceNetwork reader) {
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

    private List<Row> chunk() {
      long id = chunkId(next);
      List<Row> chunk = new ArrayList<>();
      while (next != null && chunkId(next) == id) {
        chunk.add(next);
        next = rows.hasNext() ? rows.next() : null;
      }
      return chunk;
    }

    private long chunkId(Row row) {
      return row.getLong(rowIdColumn) / NetworkScorer.CHUNK_ROWS;
    }
  }
}
