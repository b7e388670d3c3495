package dev.lockstep.training.allreduce;

import dev.lockstep.plan.SummingTree;
import dev.lockstep.training.allreduce.Terms.Privacy;
import dev.lockstep.training.allreduce.Terms.Route;
import dev.lockstep.training.replica.FlatVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Two workers of this process and their all-reduce, each to be used by a thread of its own. */
final class Pair implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Rendezvous rendezvous;
  private final Mesh[] meshes = new Mesh[2];
  private final AllReduce[] sums = new AllReduce[2];
  private final FlatVector[] vectors = new FlatVector[2];

  Pair(long floats, Route route, Privacy privacy) throws IOException {
    Terms terms = new Terms("benchmark", StageKey.random(), 2, privacy, route, TIMEOUT);
    String host = "127.0.0.1";
    this.rendezvous = Rendezvous.open(host, host, terms, new Quiet());
    for (int worker = 0; worker < 2; worker++) {
      vectors[worker] = FlatVector.zeros(floats);
      meshes[worker] = Mesh.open(new Membership(worker, host, 0, 0, rendezvous.endpoint(), terms));
    }
  }

  /** One worker's way to the other, once. */
  void meet(int worker) {
    try {
      meshes[worker].meet();
      sums[worker] = new AllReduce(meshes[worker], new SummingTree(2), vectors[worker].length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One worker's part of a sum. */
  void sum(int worker) {
    AllReduce sum = sums[worker];
    sum.begin(subtree -> true);
    sum.offer(sum.cover().get(0), vectors[worker]);
    sum.finish(vectors[worker]);
  }

  @Override
  public void close() throws IOException {
    meshes[0].close();
    meshes[1].close();
    rendezvous.close();
  }

  /** Nobody listens. */
  private static final class Quiet implements Rendezvous.Events {
    @Override
    public void progressed(int iteration, double loss) {
      // Nothing to show.
    }

    @Override
    public byte[] stateHandle() {
      return new byte[0];
    }

    @Override
    public void failed() {
      // The workers' own exceptions end the benchmark.
    }

    @Override
    public int slots() {
      return 2;
    }
  }
}
