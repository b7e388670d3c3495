package dev.lockstep.training.allreduce;

import dev.lockstep.plan.SummingTree;
import dev.lockstep.plan.SummingTree.Node;
import dev.lockstep.training.replica.FlatVector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The sum of all workers' partial sums, on every worker, added in the order of the {@link
 * SummingTree}, so that its bits do not depend on the workers.
 *
 * <p>Reduce-scatter, then all-gather: worker w gets everybody's partial sums of slice w of the
 * vector, adds them in tree order, and sends the finished slice to all. While every worker's shards
 * are one subtree, a worker sends 2 (W - 1) / W of the vector.
 */
public final class AllReduce {
  private final Mesh mesh;
  private final SummingTree tree;
  private final long length;
  private final List<List<Node>> covers = new ArrayList<>();
  private final Map<Node, FlatVector> received = new HashMap<>();
  private final Map<FlatVector, INDArray> slices = new IdentityHashMap<>();

  /**
   * @param length of the vector, in floats
   */
  public AllReduce(Mesh mesh, SummingTree tree, long length) {
    this.mesh = mesh;
    this.tree = tree;
    this.length = length;
    for (int worker = 0; worker < mesh.workers(); worker++) {
      List<Node> cover = tree.cover(tree.shardsOf(worker, mesh.workers()));
      covers.add(cover);
      if (worker != mesh.worker()) {
        long slice = from(mesh.worker() + 1) - from(mesh.worker());
        cover.forEach(node -> received.put(node, FlatVector.zeros(Math.max(slice, 1))));
      }
    }
  }

  /** The subtrees whose sums this worker brings. */
  public List<Node> cover() {
    return covers.get(mesh.worker());
  }

  /**
   * @param own this worker's partial sums by subtree; used as scratch space
   * @param present whether any sample of the batch is in a subtree; the same on all workers
   * @param result gets the sum; may be one of {@code own}
   */
  public void sum(Map<Node, FlatVector> own, Predicate<Node> present, FlatVector result) {
    reduceScatter(own, present);
    INDArray slice = slice(result);
    if (slice != null) {
      INDArray sum =
          SummingTree.sum(
              tree.root(),
              node -> own.containsKey(node) || received.containsKey(node),
              node -> present.test(node) ? partial(node, own) : null,
              INDArray::addi);
      if (sum != slice) {
        slice.assign(sum);
      }
    }
    allGather(result);
  }

  private void reduceScatter(Map<Node, FlatVector> own, Predicate<Node> present) {
    int workers = mesh.workers();
    for (int step = 1; step < workers; step++) {
      int to = (mesh.worker() + step) % workers;
      int from = (mesh.worker() - step + workers) % workers;
      List<ByteBuffer> outgoing = new ArrayList<>();
      for (Node node : cover()) {
        if (present.test(node)) {
          outgoing.add(own.get(node).bytes(from(to), from(to + 1)));
        }
      }
      List<ByteBuffer> incoming = new ArrayList<>();
      long slice = from(mesh.worker() + 1) - from(mesh.worker());
      for (Node node : covers.get(from)) {
        if (present.test(node)) {
          incoming.add(received.get(node).bytes(0, slice));
        }
      }
      Link.exchange(mesh.link(to), outgoing, mesh.link(from), incoming);
    }
  }

  private void allGather(FlatVector result) {
    int workers = mesh.workers();
    List<ByteBuffer> finished = List.of(result.bytes(from(mesh.worker()), from(mesh.worker() + 1)));
    for (int step = 1; step < workers; step++) {
      int to = (mesh.worker() + step) % workers;
      int from = (mesh.worker() - step + workers) % workers;
      List<ByteBuffer> incoming = List.of(result.bytes(from(from), from(from + 1)));
      Link.exchange(mesh.link(to), finished, mesh.link(from), incoming);
    }
  }

  private INDArray partial(Node node, Map<Node, FlatVector> own) {
    FlatVector mine = own.get(node);
    return mine == null ? received.get(node).array() : slice(mine);
  }

  /** The own slice as a view, or null where the vector is shorter than the workers are many. */
  private INDArray slice(FlatVector vector) {
    long from = from(mesh.worker());
    long to = from(mesh.worker() + 1);
    return from == to
        ? null
        : slices.computeIfAbsent(
            vector, v -> v.array().get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)));
  }

  private long from(int worker) {
    return length * worker / mesh.workers();
  }
}
