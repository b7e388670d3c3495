package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.training.shard.LargeDataBenchmark;
import java.nio.file.Files;
import java.util.List;

/** Rows of four times the heap against rows on it. */
final class LargeDataRows implements Section {
  private static final long ROW_BYTES = 1L << 30;

  @Override
  public void run(Ground ground, Table table) throws Exception {
    for (List<Integer> widths : List.of(Workload.WIDE, Workload.NARROW)) {
      int samples = (int) (ROW_BYTES / ((widths.get(0) + 1) * Float.BYTES));
      Workload workload = new Workload(widths, 256, samples);
      Progress.say("largedata: %s", workload.name());
      LargeDataBenchmark.Rates rates =
          LargeDataBenchmark.run(workload, Files.createTempDirectory(ground.scratch(), "large"));
      table.add(
          Outcome.atLeast(
              new Goal("rows of 4 x the heap, against rows on it", workload.name(), 0.7),
              "samples/s",
              rates.fourTimesHeap(),
              rates.onHeap(),
              "1 GB of rows, " + rates.heapMebibytes() + " MB of heap; medians"));
    }
  }
}
