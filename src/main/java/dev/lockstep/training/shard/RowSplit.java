package dev.lockstep.training.shard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import scala.Tuple2;

/**
 * Prepared rows (row_id, features, label), split by shard into pieces of a few hundred kilobytes:
 * the heap holds one unfinished piece a shard and no more than {@link #HEAP_BYTES} of them.
 */
final class RowSplit implements Iterator<Tuple2<Integer, ShardPiece>> {
  private static final int PIECE_BYTES = 256 << 10;
  private static final int HEAP_BYTES = 8 << 20;

  private final Iterator<InternalRow> rows;
  private final ShardedSet.Layout layout;
  private final long count;
  private final int capacity;
  private final ShardPiece[] unfinished;
  private final Deque<Tuple2<Integer, ShardPiece>> last = new ArrayDeque<>();

  RowSplit(Iterator<InternalRow> rows, ShardedSet.Layout layout, long count) {
    this.rows = rows;
    this.layout = layout;
    this.count = count;
    int pieceBytes = Math.min(PIECE_BYTES, HEAP_BYTES / layout.shards());
    this.capacity = Math.max(1, pieceBytes / (layout.rowWidth() * Float.BYTES));
    this.unfinished = new ShardPiece[layout.shards()];
  }

  @Override
  public boolean hasNext() {
    if (!last.isEmpty()) {
      return true;
    }
    while (rows.hasNext()) {
      int shard = add(rows.next());
      if (unfinished[shard].isFull()) {
        finish(shard);
        return true;
      }
    }
    for (int shard = 0; shard < unfinished.length; shard++) {
      if (unfinished[shard] != null) {
        finish(shard);
      }
    }
    return !last.isEmpty();
  }

  @Override
  public Tuple2<Integer, ShardPiece> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return last.remove();
  }

  private void finish(int shard) {
    last.add(new Tuple2<>(shard, unfinished[shard].complete()));
    unfinished[shard] = null;
  }

  /** The shard that the row was added to. */
  private int add(InternalRow row) {
    long rowId = row.getLong(0);
    if (rowId < 0 || rowId >= count) {
      throw ShardedSet.invalidRows("there is row_id " + rowId, "must be below " + count);
    }
    int shard = (int) (rowId % layout.shards());
    if (unfinished[shard] == null) {
      unfinished[shard] = new ShardPiece(capacity, layout.rowWidth());
    }
    int place = (int) (rowId / layout.shards());
    if (row.isNullAt(2)) {
      throw ShardedSet.invalidRows("row_id " + rowId + " has a null label", "must be a number");
    }
    unfinished[shard].add(place, features(rowId, row.getArray(1)), row.getFloat(2));
    return shard;
  }

  private float[] features(long rowId, ArrayData features) {
    if (features.numElements() != layout.width()) {
      throw ShardedSet.invalidRows(
          "row_id " + rowId + " has " + features.numElements() + " features",
          "must be " + layout.width());
    }
    for (int k = 0; k < layout.width(); k++) {
      if (features.isNullAt(k)) {
        throw ShardedSet.invalidRows("row_id " + rowId + " has a null feature", "must be a number");
      }
    }
    return features.toFloatArray();
  }
}
