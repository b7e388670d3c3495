package dev.lockstep.training.allreduce;

import dev.lockstep.plan.SummingTree;
import dev.lockstep.plan.SummingTree.Node;
import dev.lockstep.training.allreduce.Memory.Span;
import dev.lockstep.training.replica.FlatVector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The sum of all workers' partial sums, on every worker, added in the order of the {@link
 * SummingTree}, so that its bits do not depend on the workers.
 *
 * <p>Reduce-scatter and all-gather, overlapped: worker w gets everybody's partial sums of slice w
 * of the vector, adds them piece by piece in tree order, and sends each finished piece to all while
 * the next ones still arrive. While every worker's shards are one subtree, a worker sends 2 (W - 1)
 * / W of the vector.
 *
 * <p>What goes from worker i to worker j in one sum: of each subtree of i that has samples, slice
 * j; then the finished slice i. Over a socket, where i has one subtree only, the two take turns: a
 * piece of slice j, a finished piece of slice i, and so on, so that little is on its way at any
 * time and all of it is still in a cache when it is read. A finished piece of slice i can overwrite
 * the partial sum that it was made of, since i has then read it.
 */
public final class AllReduce {
  /**
   * Large enough to make a system call cheap, small enough to stay in the second-level cache from
   * its arrival until it is sent on.
   */
  private static final int PIECE_FLOATS = 1 << 16;

  private final Mesh mesh;
  private final int self;
  private final Slices slices;
  private final Partial[] partials;
  private final TreeSum tree;
  private final TreeSum.Partials spans;
  private final Span target = new Span();
  private final Span source = new Span();
  private final long[] gathered;

  /**
   * @param length of the vector, in floats
   */
  public AllReduce(Mesh mesh, SummingTree tree, long length) {
    this.mesh = mesh;
    this.self = mesh.worker();
    this.slices = new Slices(length, mesh.workers(), PIECE_FLOATS);
    this.gathered = new long[mesh.workers()];
    long slice = slices.size(self);
    List<Partial> found = new ArrayList<>();
    int own = 0;
    for (int worker = 0; worker < mesh.workers(); worker++) {
      own = worker == self ? found.size() : own;
      List<Node> cover = tree.cover(tree.shardsOf(worker, mesh.workers()));
      for (Node node : cover) {
        Partial partial = new Partial(node, worker, cover.size() == 1);
        if (worker != self && mesh.link(worker).copies()) {
          boolean turns = takesTurns(partial, worker);
          partial.memory = Memory.zeros(turns ? Math.min(slice, PIECE_FLOATS) : slice);
        }
        found.add(partial);
      }
    }
    this.partials = found.toArray(Partial[]::new);
    List<Node> nodes = found.stream().map(partial -> partial.node).toList();
    this.spans = index -> partials[index].present ? partials[index].span : null;
    this.tree = new TreeSum(tree, nodes, own, (int) Math.min(PIECE_FLOATS, Math.max(slice, 1)));
  }

  /** The subtrees whose sums this worker brings, in the order in which it offers them. */
  public List<Node> cover() {
    List<Node> cover = new ArrayList<>();
    for (Partial partial : partials) {
      if (partial.worker == self) {
        cover.add(partial.node);
      }
    }
    return cover;
  }

  /**
   * Begins a sum.
   *
   * @param present whether any sample of the batch is in a subtree; the same on all workers
   */
  public void begin(Predicate<Node> present) {
    for (int peer = 0; peer < gathered.length; peer++) {
      if (peer != self) {
        mesh.link(peer).begin();
        gathered[peer] = 0;
      }
    }
    for (Partial partial : partials) {
      partial.present = present.test(partial.node);
      if (partial.worker != self) {
        expect(
            partial,
            0,
            takesTurns(partial, partial.worker) ? slices.count(self, 0) : slices.size(self));
      }
    }
  }

  /**
   * A subtree's sum is there: it travels while the next subtree's is computed. The vector must stay
   * as it is until {@link #finish} returns.
   */
  public void offer(Node subtree, FlatVector sum) {
    Partial partial = own(subtree);
    partial.memory = mesh.memory(sum);
    for (int step = 1; step < gathered.length; step++) {
      int peer = (self + step) % gathered.length;
      send(partial, peer, 0, takesTurns(partial, peer) ? slices.count(peer, 0) : slices.size(peer));
      mesh.link(peer).drive();
    }
  }

  /**
   * Ends a sum, all of {@link #cover} being offered.
   *
   * @param result gets the sum; may be the vector of one subtree, if that is the worker's only one
   */
  public void finish(FlatVector result) {
    Memory whole = mesh.memory(result);
    for (long place = 0; place < slices.longest(); place += PIECE_FLOATS) {
      reduce(whole, place);
      pass(whole, place);
    }
    while (!gather(whole)) {
      mesh.pause(mesh.drive());
    }
    mesh.resume();
  }

  /** Gives back at once what others' sums arrived in. */
  public void free() {
    for (Partial partial : partials) {
      if (partial.worker != self && partial.memory != null) {
        partial.memory.vector().free();
      }
    }
  }

  /** Adds the piece at {@code place} of the own slice. */
  private void reduce(Memory whole, long place) {
    int count = slices.count(self, place);
    if (count == 0) {
      return;
    }
    while (!arrived(place, count)) {
      mesh.pause(mesh.drive());
    }
    mesh.resume();
    long from = slices.from(self) + place;
    for (Partial partial : partials) {
      if (partial.present && partial.worker == self) {
        partial.span.at(partial.memory, from);
      } else if (partial.present) {
        mesh.link(partial.worker).locate(position(partial, place), partial.span);
      }
    }
    tree.add(spans, target.at(whole, from), count);
  }

  /** Sends the finished piece at {@code place} and, where they take turns, the next to be added. */
  private void pass(Memory whole, long place) {
    for (int peer = 0; peer < gathered.length; peer++) {
      if (peer != self) {
        Link link = mesh.link(peer);
        link.post(
            whole,
            slices.from(self) + place,
            slices.from(self) + place + slices.count(self, place));
        link.offer(slices.count(self, place));
        link.expect(
            whole,
            slices.from(peer) + place,
            slices.from(peer) + place + slices.count(peer, place));
      }
    }
    long next = place + PIECE_FLOATS;
    for (Partial partial : partials) {
      if (partial.worker != self && takesTurns(partial, partial.worker)) {
        expect(partial, 0, slices.count(self, next));
      }
      for (int peer = 0; peer < gathered.length && partial.worker == self; peer++) {
        if (peer != self && takesTurns(partial, peer)) {
          send(partial, peer, next, slices.count(peer, next));
        }
      }
    }
    mesh.drive();
  }

  /** Takes what is there of the others' finished slices; whether that, and all else, is done. */
  private boolean gather(Memory whole) {
    boolean done = true;
    for (int peer = 0; peer < gathered.length; peer++) {
      if (peer != self) {
        Link link = mesh.link(peer);
        done &= (link.copies() || take(link, whole, peer)) && !link.isOpen();
      }
    }
    return done;
  }

  /** Copies what a worker of this process has finished; whether that is its whole slice. */
  private boolean take(Link link, Memory whole, int peer) {
    long start = link.incoming().length() - slices.size(peer);
    long there = Math.min(link.arrived() - start, slices.size(peer));
    while (gathered[peer] < there) {
      int count = (int) Math.min(slices.count(peer, gathered[peer]), there - gathered[peer]);
      link.locate(start + gathered[peer], source);
      target.at(whole, slices.from(peer) + gathered[peer]).copy(source, count);
      gathered[peer] += count;
    }
    boolean all = gathered[peer] == slices.size(peer);
    if (all) {
      link.release(start + slices.size(peer));
    }
    return all;
  }

  /** Whether all partial sums of the piece at {@code place} of the own slice have arrived. */
  private boolean arrived(long place, int count) {
    for (Partial partial : partials) {
      if (partial.present
          && partial.worker != self
          && mesh.link(partial.worker).arrived() < position(partial, place) + count) {
        return false;
      }
    }
    return true;
  }

  private long position(Partial partial, long place) {
    return partial.start + (takesTurns(partial, partial.worker) ? 0 : place);
  }

  private void expect(Partial partial, long from, long count) {
    if (partial.present) {
      Link link = mesh.link(partial.worker);
      partial.start = link.incoming().length();
      link.expect(partial.memory, from, from + count);
    }
  }

  private void send(Partial partial, int peer, long place, long count) {
    if (partial.present) {
      long from = slices.from(peer) + place;
      mesh.link(peer).post(partial.memory, from, from + count);
      mesh.link(peer).offer(count);
    }
  }

  /** Whether pieces of a partial sum and finished ones take turns on the way to or from a peer. */
  private boolean takesTurns(Partial partial, int peer) {
    return partial.alone && mesh.link(peer).copies();
  }

  private Partial own(Node subtree) {
    for (Partial partial : partials) {
      if (partial.worker == self && partial.node.equals(subtree)) {
        return partial;
      }
    }
    throw new IllegalArgumentException("Unknown subtree: " + subtree);
  }
}
