package dev.lockstep.plan;

/**
 * Bytes of vectors that a worker sends for one iteration's all-reduce; frames, TCP and IP add to
 * them.
 *
 * <p>Worker w has slice w of the vector, about P / W floats. Reduce-scatter: of each subtree sum
 * that a worker holds, every other worker gets its slice. All-gather: the finished slice goes to
 * every other worker. With c subtrees a worker that is c * (P - slice) + (W - 1) * slice floats,
 * about (c + 1) * (W - 1) / W * P; c is 1 where shards divide evenly along the tree.
 *
 * @param parameters P: floats in the flat vector
 * @param shards S
 * @param workers W, at most S
 */
public record WireEstimate(long parameters, int shards, int workers) {

  /** The most that any worker sends. */
  public long bytesPerIteration() {
    long most = 0;
    for (int worker = 0; worker < workers; worker++) {
      most = Math.max(most, bytesPerIteration(worker));
    }
    return most;
  }

  /** What one worker sends, where every subtree has samples in the batch. */
  public long bytesPerIteration(int worker) {
    SummingTree tree = new SummingTree(shards);
    int subtrees = tree.cover(tree.shardsOf(worker, workers)).size();
    long slice = parameters * (worker + 1) / workers - parameters * worker / workers;
    return (subtrees * (parameters - slice) + (workers - 1) * slice) * Float.BYTES;
  }
}
