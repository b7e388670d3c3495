package dev.lockstep.plan;

/**
 * Bytes that a worker sends for one iteration's all-reduce.
 *
 * <p>Reduce-scatter: of each subtree sum that a worker holds, every other worker gets its slice, P
 * / W floats. All-gather: the finished slice goes to every other worker. With c subtrees a worker
 * that is (c + 1) * (W - 1) / W * P * 4 bytes; c is 1 where shards divide evenly along the tree, so
 * 2 * (W - 1) / W * P * 4.
 *
 * @param parameters P: floats in the flat vector
 * @param shards S
 * @param workers W, at most S
 */
public record WireEstimate(long parameters, int shards, int workers) {

  /** The most that any worker sends. */
  public long bytesPerIteration() {
    SummingTree tree = new SummingTree(shards);
    int subtrees = 0;
    for (int worker = 0; worker < workers; worker++) {
      subtrees = Math.max(subtrees, tree.cover(tree.shardsOf(worker, workers)).size());
    }
    return (subtrees + 1) * (workers - 1) * parameters * Float.BYTES / workers;
  }
}
