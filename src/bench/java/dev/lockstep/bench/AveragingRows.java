package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import java.util.List;

/** Against DL4J's ParameterAveragingTrainingMaster. */
final class AveragingRows implements Section {
  @Override
  public void run(Ground ground, Table table) {
    for (Workload workload :
        List.of(
            new Workload(Workload.WIDE, 256, ground.effort().samples(1024 * 24)),
            new Workload(Workload.NARROW, 256, ground.effort().samples(1024 * 64)),
            new Workload(Workload.NARROW, 1024, ground.effort().samples(1024 * 64)))) {
      Progress.say("averaging: %s", workload.name());
      try (LockstepData data = LockstepData.of(ground.spark(), workload, 2);
          LockstepPeer ours = data.peer(workload);
          AveragingPeer every1 = new AveragingPeer(ground.spark(), workload, 1);
          AveragingPeer every5 = new AveragingPeer(ground.spark(), workload, 5)) {
        double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(ours, every1, every5));
        ours.explain();
        row(table, new Goal(every1.name(), workload.name(), 25), rates[0], rates[1]);
        row(table, new Goal(every5.name(), workload.name(), 12), rates[0], rates[2]);
      }
    }
  }

  private static void row(Table table, Goal goal, double ours, double theirs) {
    table.add(Outcome.atLeast(goal, "samples/s", ours, theirs, ""));
  }
}
