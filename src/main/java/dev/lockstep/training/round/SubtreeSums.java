package dev.lockstep.training.round;

import dev.lockstep.plan.SummingTree.Node;
import dev.lockstep.training.replica.FlatVector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Adds the gradients of one worker's shards in the order of the summing tree, as they are computed:
 * a vector a level of the tree, not one a shard.
 */
final class SubtreeSums {
  /** Leaves a shard's gradient in the replica; false where the shard has no samples. */
  @FunctionalInterface
  interface ShardGradient {
    boolean compute(int shard);
  }

  private final FlatVector gradient;
  private final List<Node> cover;
  private final Map<Node, List<FlatVector>> levels = new HashMap<>();

  /**
   * @param gradient where a shard's gradient is left when it is computed
   * @param cover the subtrees that the worker's shards make
   */
  SubtreeSums(FlatVector gradient, List<Node> cover) {
    this.gradient = gradient;
    this.cover = cover;
    cover.forEach(subtree -> levels.put(subtree, new ArrayList<>()));
  }

  /**
   * Computes the sum over each subtree's shards, one after another. What is handed on where no
   * shard has samples means nothing.
   *
   * @param compute computes a shard's gradient
   * @param finished gets each subtree's sum at once; it stays as it is until the next call
   */
  void compute(ShardGradient compute, BiConsumer<Node, FlatVector> finished) {
    if (cover.size() == 1 && cover.get(0).isLeaf()) {
      compute.compute(cover.get(0).from());
      finished.accept(cover.get(0), gradient);
      return;
    }
    for (Node subtree : cover) {
      add(subtree, 0, levels.get(subtree), compute);
      finished.accept(subtree, levels.get(subtree).get(0));
    }
  }

  /** Puts the node's sum into the vector of {@code level}; false where nothing has samples. */
  private boolean add(Node node, int level, List<FlatVector> vectors, ShardGradient compute) {
    if (vectors.size() == level) {
      vectors.add(FlatVector.zeros(gradient.length()));
    }
    FlatVector target = vectors.get(level);
    if (node.isLeaf()) {
      boolean present = compute.compute(node.from());
      return merge(target, false, gradient, present);
    }
    boolean left = add(node.left(), level, vectors, compute);
    if (node.right().isLeaf()) {
      return merge(target, left, gradient, compute.compute(node.right().from()));
    }
    boolean right = add(node.right(), level + 1, vectors, compute);
    return merge(target, left, vectors.get(level + 1), right);
  }

  /** Gives the sums' memory back at once. */
  void free() {
    levels.values().stream().flatMap(List::stream).forEach(FlatVector::free);
  }

  private static boolean merge(
      FlatVector target, boolean targetPresent, FlatVector other, boolean otherPresent) {
    if (otherPresent && targetPresent) {
      target.array().addi(other.array());
    } else if (otherPresent) {
      target.array().assign(other.array());
    }
    return targetPresent || otherPresent;
  }
}
