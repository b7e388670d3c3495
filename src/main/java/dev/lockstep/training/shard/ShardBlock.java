package dev.lockstep.training.shard;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.apache.spark.util.KnownSizeEstimation;

/**
 * The samples of one shard, off the heap, where a row is its features and then its label: read in
 * any order by any number of threads.
 *
 * <p>What Spark sees is a small handle. Should it write one (with Java's serializer, or with Kryo
 * as part of a {@link ShardPair}), the rows go along and land in a local file of the reader's.
 */
public final class ShardBlock implements SampleBlock, KnownSizeEstimation {
  private static final long serialVersionUID = 1L;

  private static final long HANDLE_BYTES = 512;

  private final int shard;
  private final int width;
  private final int samples;
  private transient FloatRows rows;
  private transient long firstRow;

  /**
   * @param rows [.., width + 1], those of the shard one after the other
   * @param firstRow where they begin
   */
  ShardBlock(int shard, int samples, FloatRows rows, long firstRow) {
    this.shard = shard;
    this.width = rows.width() - 1;
    this.samples = samples;
    this.rows = rows;
    this.firstRow = firstRow;
  }

  /**
   * A few samples, in memory.
   *
   * @param features [samples, width], row by row
   * @param labels [samples]: the class index or the real label; at least one
   */
  public static ShardBlock of(int shard, float[] features, float[] labels) {
    int width = features.length / labels.length;
    FloatBuffer rows = FloatBuffer.allocate(features.length + labels.length);
    for (int sample = 0; sample < labels.length; sample++) {
      rows.put(features, sample * width, width).put(labels[sample]);
    }
    return new ShardBlock(shard, labels.length, FloatRows.of(width + 1, rows), 0);
  }

  @Override
  public int shard() {
    return shard;
  }

  @Override
  public int samples() {
    return samples;
  }

  /** Features of a sample. */
  public int width() {
    return width;
  }

  @Override
  public long bytes() {
    return (width + 1L) * samples * Float.BYTES;
  }

  /** The class index, or the real label, of a sample. */
  public float label(int sample) {
    return rows.at(firstRow + sample, width);
  }

  /** Puts the features of a sample at {@code position} of {@code target}. */
  public void features(int sample, FloatBuffer target, int position) {
    rows.copy(firstRow + sample, width, target, position);
  }

  @Override
  public long estimatedSize() {
    return HANDLE_BYTES;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    ByteBuffer bytes = RowFile.rowBuffer(width + 1);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (int sample = 0; sample < samples; sample++) {
      rows.copy(firstRow + sample, width + 1, floats, 0);
      out.write(bytes.array());
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    try (RowFile file = RowFile.create(samples, width + 1)) {
      ByteBuffer bytes = RowFile.rowBuffer(width + 1);
      for (int sample = 0; sample < samples; sample++) {
        in.readFully(bytes.array());
        file.write(sample, bytes.clear());
      }
      rows = file.map();
    }
    firstRow = 0;
  }
}
