package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.training.CheckpointBenchmark;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/** What a round loses to the rows and the checkpoint of the one before, written beside it. */
final class CheckpointRows implements Section {
  private static final List<Integer> LARGE = List.of(1024, 2048, 2048, 1024, 10);

  @Override
  public void run(Ground ground, Table table) throws Exception {
    for (Workload workload :
        List.of(
            new Workload(Workload.WIDE, 256, ground.effort().samples(256 * 600)),
            large(ground.effort()))) {
      Progress.say("checkpoint: %s", workload.name());
      table.add(
          delay(
              workload.name(),
              CheckpointBenchmark.run(
                  ground.spark(),
                  workload,
                  Files.createTempDirectory(ground.scratch(), "store").toString())));
    }
  }

  /** One whose checkpoint has 100 MB. */
  static Workload large(Effort effort) {
    return new Workload(LARGE, 256, effort.samples(256 * 100));
  }

  /** The row of a workload. */
  static Outcome delay(String what, CheckpointBenchmark.Figures figures) {
    return Outcome.atMost(
        new Goal("delay of a round by a checkpoint beside it", what, 5),
        "%.1f %%",
        100 * (figures.beside() / figures.alone() - 1),
        String.format(
            Locale.ROOT,
            "%.3f s alone, %.3f s beside; medians; %.0f MB, written alone in %.2f s",
            figures.alone(),
            figures.beside(),
            figures.bytes() / 1e6,
            figures.writing()));
  }
}
