package dev.lockstep.training.shard;

import dev.lockstep.plan.SummingTree;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;

/**
 * One worker's shards, put together from pieces in any order: each row goes to its place in a local
 * file as it comes, and the heap holds a bit a row.
 */
final class WorkerShards implements AutoCloseable {
  private final ShardedSet.Layout layout;
  private final SummingTree.Node range;
  private final long[] firstRows;
  private final BitSet[] seen;
  private final RowFile file;

  /**
   * @param count rows of all shards
   */
  WorkerShards(ShardedSet.Layout layout, int worker, long count) {
    this.layout = layout;
    this.range = new SummingTree(layout.shards()).shardsOf(worker, layout.workers());
    this.firstRows = new long[range.to() - range.from() + 1];
    this.seen = new BitSet[range.to() - range.from()];
    for (int own = 0; own < seen.length; own++) {
      firstRows[own + 1] = firstRows[own] + samples(range.from() + own, count);
      seen[own] = new BitSet();
    }
    this.file = RowFile.create(firstRows[seen.length], layout.rowWidth());
  }

  /**
   * @throws IllegalStateException if a row is missing or there twice
   */
  static Iterator<ShardBlock> join(
      Iterator<Tuple2<Integer, ShardPiece>> pieces,
      ShardedSet.Layout layout,
      int worker,
      long count) {
    try (WorkerShards shards = new WorkerShards(layout, worker, count)) {
      pieces.forEachRemaining(piece -> shards.add(piece._1(), piece._2()));
      return shards.blocks().iterator();
    }
  }

  private void add(int shard, ShardPiece piece) {
    int own = shard - range.from();
    int from = 0;
    for (int row = 0; row < piece.size(); row++) {
      int place = piece.place(row);
      if (seen[own].get(place)) {
        long rowId = (long) place * layout.shards() + shard;
        throw ShardedSet.invalidRows("row_id " + rowId + " is there twice", "must be there once");
      }
      seen[own].set(place);
      if (row + 1 == piece.size() || piece.place(row + 1) != place + 1) {
        int first = piece.place(from);
        file.write(firstRows[own] + first, piece.bytes(from, row + 1));
        from = row + 1;
      }
    }
  }

  private List<ShardBlock> blocks() {
    for (int own = 0; own < seen.length; own++) {
      long samples = firstRows[own + 1] - firstRows[own];
      if (seen[own].cardinality() != samples) {
        throw ShardedSet.invalidRows(
            "shard " + (range.from() + own) + " has " + seen[own].cardinality() + " samples",
            "must be " + samples + ": row_id must count from 0 without gaps");
      }
    }
    FloatRows rows = file.map();
    List<ShardBlock> blocks = new ArrayList<>();
    for (int own = 0; own < seen.length; own++) {
      int samples = (int) (firstRows[own + 1] - firstRows[own]);
      blocks.add(new ShardBlock(range.from() + own, samples, rows, firstRows[own]));
    }
    return blocks;
  }

  private int samples(int shard, long count) {
    return Math.toIntExact((count - shard + layout.shards() - 1) / layout.shards());
  }

  @Override
  public void close() {
    file.close();
  }
}
