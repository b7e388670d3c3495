package dev.lockstep.training.allreduce;

import dev.lockstep.plan.SummingTree.Node;
import dev.lockstep.training.allreduce.Memory.Span;

/** The partial sum of one subtree: whose it is, and where in this sum its floats are. */
final class Partial {
  final Node node;
  final int worker;

  /** Whether its worker has no other subtree. */
  final boolean alone;

  /** The piece that is to be added now. */
  final Span span = new Span();

  /** Whether any sample of the batch is in the subtree. */
  boolean present;

  /** The worker's own sum, or where another's arrives. */
  Memory memory;

  /** Where on the link from its worker what is expected last begins. */
  long start;

  Partial(Node node, int worker, boolean alone) {
    this.node = node;
    this.worker = worker;
    this.alone = alone;
  }
}
