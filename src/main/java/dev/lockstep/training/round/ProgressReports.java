package dev.lockstep.training.round;

import dev.lockstep.plan.SampleOrder;
import dev.lockstep.training.allreduce.Mesh;
import java.time.Duration;

/** What the driver hears of a worker: its iteration, and from worker 0 now and then a loss. */
final class ProgressReports {
  private static final long INTERVAL_NANOS = Duration.ofMillis(250).toNanos();

  private final Mesh mesh;
  private long last = System.nanoTime();

  ProgressReports(Mesh mesh) {
    this.mesh = mesh;
  }

  /** Something was done, if no iteration. */
  void alive() {
    mesh.sign();
  }

  void at(int iteration, double[] shardLoss, SampleOrder order, int batch) {
    mesh.finished(iteration);
    long now = System.nanoTime();
    if (mesh.worker() != 0 || now - last < INTERVAL_NANOS) {
      return;
    }
    double loss = 0;
    int samples = 0;
    for (int shard = 0; shard < shardLoss.length; shard++) {
      loss += shardLoss[shard];
      samples += order.share(batch, shard).size();
    }
    if (samples > 0) { // else the next batch has a loss to tell of
      mesh.report(iteration, loss / samples);
      last = now;
    }
  }
}
