package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.config.ConfigLoader;
import dev.lockstep.config.LockstepConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo's flights from their files to predictions on disk, against the same features with the
 * network in a UDF that is called a row at a time, and without the network.
 */
final class ScoreRows implements Section {
  private static final String WHAT = "flights, 222-128-64-32-1";

  @Override
  public void run(Ground ground, Table table) throws Exception {
    LockstepConfig config = ConfigLoader.load(Path.of("conf/flights.conf"), "data.where=month = 1");
    Path folder = Files.createTempDirectory(ground.scratch(), "score");
    Scoring scoring = Scoring.of(ground, config, folder.toString());
    double[] rates =
        Turns.samplesPerSecond(
            ground.effort(), List.of(scoring.ours(), scoring.udf(), scoring.plain()));
    table.add(
        Outcome.atLeast(
            new Goal("DL4J in a UDF, a row at a time", WHAT, 5),
            "rows/s",
            rates[0],
            rates[1],
            "files to files, the same MLlib features"));
    table.add(withoutNetwork(WHAT, rates[0], rates[2]));
  }

  /** The row that says what the network costs. */
  static Outcome withoutNetwork(String what, double ours, double theirs) {
    return Outcome.atLeast(
        new Goal("plain Spark, features without a network", what, 1 / 1.2),
        "rows/s",
        ours,
        theirs,
        "files to files");
  }
}
