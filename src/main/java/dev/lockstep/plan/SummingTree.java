package dev.lockstep.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The one order in which S partial sums are added, whoever adds them: floating-point addition is
 * not associative, so a sum's bits are its order's. A node splits its shards in two halves, the
 * first the larger by at most one.
 */
public record SummingTree(int shards) {

  public SummingTree {
    if (shards < 1) {
      throw new IllegalArgumentException("Invalid shards: " + shards + " (must be at least 1)");
    }
  }

  /** The shards [from, to) whose sum a place of the tree stands for. */
  public record Node(int from, int to) {
    public boolean isLeaf() {
      return to - from == 1;
    }

    public Node left() {
      return new Node(from, middle());
    }

    public Node right() {
      return new Node(middle(), to);
    }

    private int middle() {
      return from + (to - from + 1) / 2;
    }
  }

  public Node root() {
    return new Node(0, shards);
  }

  /** The shards [from, to) of one worker of many: contiguous, sizes that differ by at most one. */
  public Node shardsOf(int worker, int workers) {
    return new Node(firstShard(worker, workers), firstShard(worker + 1, workers));
  }

  /**
   * The fewest whole subtrees that together are the shards of {@code range}, from left to right.
   */
  public List<Node> cover(Node range) {
    List<Node> cover = new ArrayList<>();
    addCover(root(), range, cover);
    return cover;
  }

  private int firstShard(int worker, int workers) {
    return (int) (((long) worker * shards + workers - 1) / workers);
  }

  private static void addCover(Node node, Node range, List<Node> cover) {
    if (node.to() <= range.from() || node.from() >= range.to()) {
      return;
    }
    if (node.from() >= range.from() && node.to() <= range.to()) {
      cover.add(node);
      return;
    }
    addCover(node.left(), range, cover);
    addCover(node.right(), range, cover);
  }
}
