package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.training.round.RoundResult;
import java.util.List;
import java.util.Locale;

/** What a round costs: its all-reduce, and all that is not an iteration. */
final class RoundRows implements Section {
  private static final int REPETITIONS = 7;

  @Override
  public void run(Ground ground, Table table) throws Exception {
    Workload wide = new Workload(Workload.WIDE, 256, ground.effort().samples(1024 * 60));
    Workload narrow = new Workload(Workload.NARROW, 256, ground.effort().samples(1024 * 256));
    for (Workload workload : List.of(wide, narrow)) {
      Progress.say("rounds: %s", workload.name());
      try (LockstepData data = LockstepData.of(ground.spark(), workload, 2);
          LockstepPeer ours = data.peer(workload)) {
        Turns.samplesPerSecond(ground.effort(), List.of(ours));
        ours.explain();
        if (workload.widths().equals(Workload.WIDE)) {
          table.add(reduceShare(workload, ours.fastest()));
        }
        perIteration(ground, table, workload, ours);
        table.add(roundCost(workload, ours));
      }
    }
  }

  private static Outcome reduceShare(Workload workload, RoundResult fastest) {
    double share = 100.0 * fastest.times().reduce() / LockstepPeer.iterationNanos(fastest);
    return Outcome.atMost(
        new Goal("share of an iteration in all-reduce", workload.name(), 10),
        "%.1f %%",
        share,
        "940 KB of gradient; waiting for the other worker included");
  }

  /** Tasks, and bytes that Spark counts, of a round of n iterations and of one of 2 n. */
  private static void perIteration(Ground ground, Table table, Workload workload, LockstepPeer ours)
      throws Exception {
    int n = ours.iterationsPerEpoch() / 2;
    try (TaskCount count = new TaskCount(ground.spark())) {
      TaskCount.Seen once = count.during(() -> ours.round(n));
      TaskCount.Seen twice = count.during(() -> ours.round(2 * n));
      table.add(
          Outcome.atMost(
              new Goal("Spark tasks an iteration", workload.name(), 0),
              "%.2f",
              (twice.tasks() - once.tasks()) / (double) n,
              say("%,d for %,d iterations, %,d for %,d", once.tasks(), n, twice.tasks(), 2 * n)));
      double results = (twice.resultBytes() - once.resultBytes()) / (double) n;
      long broadcasts = Math.round((twice.broadcastBytes() - once.broadcastBytes()) / (double) n);
      table.add(
          Outcome.atMost(
              new Goal("driver bytes an iteration", workload.name(), 0),
              "%,.0f",
              results + broadcasts,
              say(
                  "%,.0f in task results: the row of the metrics tables (loss, norms, times) from"
                      + " both workers; %,d in broadcasts; the gradient has %,d",
                  results, broadcasts, ours.parameters() * Float.BYTES)));
    }
  }

  /** T(n) = cost + n * iteration, so cost = 2 T(n) - T(2 n); the least of some of each. */
  private static Outcome roundCost(Workload workload, LockstepPeer ours) {
    int n = ours.iterationsPerEpoch() / 2;
    long once = Long.MAX_VALUE;
    long twice = Long.MAX_VALUE;
    for (int i = 0; i < REPETITIONS; i++) {
      once = Math.min(once, nanos(ours, n));
      twice = Math.min(twice, nanos(ours, 2 * n));
    }
    return Outcome.atMost(
        new Goal("a round's cost beyond its iterations", workload.name(), 0.2),
        "%.3f s",
        Math.max(0, 2 * once - twice) / 1e9,
        say("%,d iterations %.3f s, %,d %.3f s", n, once / 1e9, 2 * n, twice / 1e9));
  }

  private static long nanos(LockstepPeer ours, int iterations) {
    long started = System.nanoTime();
    ours.round(iterations);
    return System.nanoTime() - started;
  }

  private static String say(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
