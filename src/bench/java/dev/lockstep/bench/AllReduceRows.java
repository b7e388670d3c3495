package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.training.allreduce.AllReduceBenchmark;
import java.util.List;
import java.util.Locale;

/** The all-reduce of two workers against the same bytes through bare sockets. */
final class AllReduceRows implements Section {
  private static final int[] SIZES = {1_000_000, 10_000_000, 100_000_000};

  @Override
  public void run(Ground ground, Table table) throws Exception {
    for (int size : SIZES) {
      Progress.say("allreduce: %,d bytes", size);
      List<AllReduceBenchmark.Row> rows = AllReduceBenchmark.run(size);
      double bare = rate(named("bare", rows));
      table.add(
          Outcome.atLeast(
              new Goal("bare sockets, same bytes", size / 1_000_000 + " MB, loopback", 0.8),
              "GB/s",
              rate(named("sockets", rows)),
              bare,
              String.format(
                  Locale.ROOT,
                  "encrypted %.2f; workers of one process %.2f",
                  rate(named("encrypted", rows)),
                  rate(named("memory", rows)))));
    }
  }

  private static AllReduceBenchmark.Row named(String name, List<AllReduceBenchmark.Row> rows) {
    return rows.stream().filter(row -> row.name().startsWith(name)).findFirst().orElseThrow();
  }

  /** Gigabytes a second that each worker sends, and gets. */
  private static double rate(AllReduceBenchmark.Row row) {
    return (double) row.bytes() / row.nanos();
  }
}
