package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import java.util.List;

/** The engine against itself: two workers on twice the batch against one. */
final class ScalingRows implements Section {
  private static final int[] BATCHES = {128, 256, 512, 1024};

  @Override
  public void run(Ground ground, Table table) {
    network(ground, table, Workload.WIDE, 2048 * 60);
    network(ground, table, Workload.NARROW, 2048 * 512);
  }

  private static void network(Ground ground, Table table, List<Integer> widths, int full) {
    Workload any = new Workload(widths, 1, ground.effort().samples(full));
    Progress.say("scaling: %s", any.network());
    try (LockstepData one = LockstepData.of(ground.spark(), any, 1);
        LockstepData two = LockstepData.of(ground.spark(), any, 2)) {
      for (int batch : BATCHES) {
        try (LockstepPeer alone = one.peer(new Workload(widths, batch, any.samples()));
            LockstepPeer both = two.peer(new Workload(widths, 2 * batch, any.samples()))) {
          double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(both, alone));
          alone.explain();
          both.explain();
          Goal goal =
              new Goal(
                  "one worker on half the batch",
                  any.network() + ", batch " + 2 * batch + " on 2, " + batch + " on 1",
                  1.8);
          table.add(Outcome.atLeast(goal, "samples/s", rates[0], rates[1], ""));
        }
      }
    }
  }
}
