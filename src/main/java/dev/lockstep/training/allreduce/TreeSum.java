package dev.lockstep.training.allreduce;

import dev.lockstep.plan.SummingTree;
import dev.lockstep.plan.SummingTree.Node;
import dev.lockstep.training.allreduce.Memory.Span;
import java.util.List;

/**
 * Adds one piece of all partial sums in the order of the {@link SummingTree}: the same additions of
 * the same numbers whoever does them. Which of two summands is added to the other makes no
 * difference to a bit, so the way to this worker's own partial sum is walked first and in place.
 */
final class TreeSum {
  /** Where a partial sum's piece lies, or null where no sample is in its subtree. */
  @FunctionalInterface
  interface Partials {
    Span of(int partial);
  }

  /** A place in the tree: a partial sum, or two halves of which {@code first} is walked first. */
  private record Place(int partial, Place first, Place second, Memory scratch, Span span) {
    boolean isPartial() {
      return first == null;
    }
  }

  private final Place root;

  /**
   * @param partials the subtrees whose sums there are: together the whole tree, in its order
   * @param own one of them, that may be added to
   * @param most the largest piece, in floats
   */
  TreeSum(SummingTree tree, List<Node> partials, int own, int most) {
    this.root = place(tree.root(), partials, partials.get(own), most);
  }

  private static Place place(Node node, List<Node> partials, Node own, int most) {
    int partial = partials.indexOf(node);
    if (partial >= 0) {
      return new Place(partial, null, null, null, null);
    }
    boolean swap = own.from() >= node.right().from() && own.from() < node.to();
    Place first = place(swap ? node.right() : node.left(), partials, own, most);
    Place second = place(swap ? node.left() : node.right(), partials, own, most);
    Memory scratch = second.isPartial() ? null : Memory.zeros(most);
    return new Place(-1, first, second, scratch, new Span());
  }

  /**
   * Leaves the sum in {@code target}, which may be where the own partial sum lies.
   *
   * @return false where no partial sum has samples
   */
  boolean add(Partials partials, Span target, int count) {
    Span sum = sum(root, partials, target, count);
    if (sum == null) {
      return false;
    }
    if (!sum.isAt(target)) {
      target.copy(sum, count);
    }
    return true;
  }

  /** The sum, in {@code target} or, where there is only one summand, where that lies. */
  private static Span sum(Place place, Partials partials, Span target, int count) {
    if (place.isPartial()) {
      return partials.of(place.partial());
    }
    Span first = sum(place.first(), partials, target, count);
    Span own = place.scratch() == null ? null : place.span().at(place.scratch(), 0);
    Span second = sum(place.second(), partials, own, count);
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    if (!first.isAt(target)) {
      target.copy(first, count);
    }
    target.add(second, count);
    return target;
  }
}
