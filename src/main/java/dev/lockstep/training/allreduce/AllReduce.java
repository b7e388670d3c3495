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
 * j; then the finished slice i. A finished piece of slice i can overwrite the partial sum that it
 * was made of, since i has then read it.
 */
public final class AllReduce {
  /** A piece stays in the second-level cache from its arrival until it is sent on. */
  private static final int PIECE_FLOATS = 1 << 16;

  private final Mesh mesh;
  private final int self;
  private final long length;
  private final Partial[] partials;
  private final TreeSum tree;
  private final TreeSum.Partials spans;
  private final Span target = new Span();
  private final Span source = new Span();
  private final long[] gathered;

  /** Of one subtree: whose it is, and where in this sum its floats are. */
  private static final class Partial {
    private final Node node;
    private final int worker;
    private final Memory scratch;
    private final Span span = new Span();
    private boolean present;
    private Memory own;
    private long start;

    Partial(Node node, int worker, Memory scratch) {
      this.node = node;
      this.worker = worker;
      this.scratch = scratch;
    }
  }

  /**
   * @param length of the vector, in floats
   */
  public AllReduce(Mesh mesh, SummingTree tree, long length) {
    this.mesh = mesh;
    this.self = mesh.worker();
    this.length = length;
    this.gathered = new long[mesh.workers()];
    long slice = from(self + 1) - from(self);
    List<Partial> found = new ArrayList<>();
    int own = 0;
    for (int worker = 0; worker < mesh.workers(); worker++) {
      own = worker == self ? found.size() : own;
      for (Node node : tree.cover(tree.shardsOf(worker, mesh.workers()))) {
        boolean arrives = worker != self && mesh.link(worker) instanceof SocketLink;
        found.add(new Partial(node, worker, arrives ? Memory.zeros(slice) : null));
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
      }
    }
    long slice = from(self + 1) - from(self);
    for (Partial partial : partials) {
      partial.present = present.test(partial.node);
      if (partial.present && partial.worker != self) {
        Link link = mesh.link(partial.worker);
        partial.start = link.incoming().length();
        link.expect(partial.scratch, 0, slice);
      }
    }
  }

  /**
   * A subtree's sum is there: it travels while the next subtree's is computed. The vector must stay
   * as it is until {@link #finish} returns.
   */
  public void offer(Node subtree, FlatVector sum) {
    Partial partial = own(subtree);
    partial.own = mesh.memory(sum);
    if (!partial.present) {
      return;
    }
    for (int step = 1; step < gathered.length; step++) {
      int peer = (self + step) % gathered.length;
      Link link = mesh.link(peer);
      link.post(partial.own, from(peer), from(peer + 1));
      link.offer(from(peer + 1) - from(peer));
      link.drive();
    }
  }

  /**
   * Ends a sum, all of {@link #cover} being offered.
   *
   * @param result gets the sum; may be the vector of one subtree, if that is the worker's only one
   */
  public void finish(FlatVector result) {
    Memory whole = mesh.memory(result);
    for (int peer = 0; peer < gathered.length; peer++) {
      if (peer != self) {
        Link link = mesh.link(peer);
        gathered[peer] = 0;
        link.expect(whole, from(peer), from(peer + 1));
        link.post(whole, from(self), from(self + 1));
      }
    }
    reduce(whole);
    while (!gather(whole)) {
      mesh.pause(mesh.drive());
    }
    mesh.resume();
  }

  /** Adds the own slice, piece by piece, and sends what is finished. */
  private void reduce(Memory whole) {
    long end = from(self + 1);
    for (long from = from(self); from < end; from += PIECE_FLOATS) {
      int count = (int) Math.min(PIECE_FLOATS, end - from);
      long place = from - from(self);
      while (!arrived(place + count)) {
        mesh.pause(mesh.drive());
      }
      mesh.resume();
      for (Partial partial : partials) {
        locate(partial, from, place);
      }
      tree.add(spans, target.at(whole, from), count);
      for (int peer = 0; peer < gathered.length; peer++) {
        if (peer != self) {
          mesh.link(peer).offer(count);
          mesh.link(peer).drive();
        }
      }
    }
  }

  private void locate(Partial partial, long from, long place) {
    if (!partial.present) {
      return;
    }
    if (partial.worker == self) {
      partial.span.at(partial.own, from);
    } else {
      mesh.link(partial.worker).locate(partial.start + place, partial.span);
    }
  }

  /** Whether all partial sums of the own slice have arrived up to {@code place} of it. */
  private boolean arrived(long place) {
    for (Partial partial : partials) {
      if (partial.present
          && partial.worker != self
          && mesh.link(partial.worker).arrived() < partial.start + place) {
        return false;
      }
    }
    return true;
  }

  /** Takes what is there of the others' finished slices; whether that, and all else, is done. */
  private boolean gather(Memory whole) {
    boolean done = true;
    for (int peer = 0; peer < gathered.length; peer++) {
      if (peer != self) {
        Link link = mesh.link(peer);
        long slice = from(peer + 1) - from(peer);
        long start = link.incoming().length() - slice;
        long there = Math.min(link.arrived() - start, slice);
        while (gathered[peer] < there) {
          gathered[peer] += take(whole, peer, start, there);
        }
        if (gathered[peer] == slice) {
          link.release(start + slice);
        }
        done &= gathered[peer] == slice && link.settled();
      }
    }
    return done;
  }

  private int take(Memory whole, int peer, long start, long there) {
    int count = (int) Math.min(PIECE_FLOATS, there - gathered[peer]);
    mesh.link(peer).locate(start + gathered[peer], source);
    target.at(whole, from(peer) + gathered[peer]);
    if (!target.isAt(source)) {
      target.copy(source, count);
    }
    return count;
  }

  private Partial own(Node subtree) {
    for (Partial partial : partials) {
      if (partial.worker == self && partial.node.equals(subtree)) {
        return partial;
      }
    }
    throw new IllegalArgumentException("Unknown subtree: " + subtree);
  }

  private long from(int worker) {
    return length * worker / mesh.workers();
  }
}
