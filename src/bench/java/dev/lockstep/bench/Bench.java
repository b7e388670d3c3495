package dev.lockstep.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The engine against its peers: one table, measured in one run on one machine, two workers of one
 * thread each. Goals that are missed are in it as well.
 */
@CommandLine.Command(
    name = "jobs/bench",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    footer = {
      "      --with-pytorch   PyTorch too: installed once, 6.5 GB",
      "      --micro          the engine's parts alone, by JMH, whose options follow"
    })
public final class Bench implements Callable<Integer> {
  private static final String METHOD =
      "Two workers of one thread each. Peers in turns, whole epochs with all that their user waits"
          + " for, the best of %d turns after a warm-up.";

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description =
          "rounds, allreduce, scaling, pytorch, bare, averaging, perceptron, checkpoint, largedata,"
              + " profile, score, cluster; all if absent")
  private List<String> only = List.of();

  @Option(names = "--quick", description = "small sets, one turn: to see that it runs")
  private boolean quick;

  @Option(names = "--python", hidden = true)
  private Path python;

  @Option(names = "--script", hidden = true, required = true)
  private Path script;

  public static void main(String[] arguments) {
    CommandLine command =
        new CommandLine(new Bench())
            .setParameterExceptionHandler(
                (e, all) -> {
                  System.err.println(e.getMessage());
                  return CommandLine.ExitCode.USAGE;
                });
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() {
    Map<String, Section> sections = new LinkedHashMap<>();
    sections.put("rounds", new RoundRows());
    sections.put("allreduce", new AllReduceRows());
    sections.put("scaling", new ScalingRows());
    sections.put("pytorch", new PytorchRows(script));
    sections.put("bare", new BareRows());
    sections.put("averaging", new AveragingRows());
    sections.put("perceptron", new PerceptronRows());
    sections.put("checkpoint", new CheckpointRows());
    sections.put("largedata", new LargeDataRows());
    sections.put("profile", new ProfileRows());
    sections.put("score", new ScoreRows());
    sections.put("cluster", new ClusterRows());
    only.stream()
        .filter(name -> !sections.containsKey(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new ParameterException(
                  new CommandLine(this),
                  "Unknown part: " + name + " (must be one of " + sections.keySet() + ")");
            });
    if (!only.isEmpty()) {
      sections.keySet().retainAll(only);
    }
    // Libraries write to stdout too, which is the table's.
    PrintStream stdout = System.out;
    System.setOut(System.err);
    Table table = new Table();
    measure(sections, table);
    stdout.println(Versions.machine() + ".");
    stdout.printf(METHOD + "%n", effort().turns());
    stdout.println();
    table.print(stdout);
    return table.isWhole() ? 0 : 1;
  }

  private void measure(Map<String, Section> sections, Table table) {
    try (SparkSession spark = Sessions.local(2)) {
      Path scratch = Files.createTempDirectory("lockstep-bench");
      try {
        Ground ground = new Ground(spark, effort(), Optional.ofNullable(python), scratch);
        sections.forEach((name, section) -> measure(name, section, ground, table));
      } finally {
        delete(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Effort effort() {
    return quick ? Effort.QUICK : Effort.FULL;
  }

  /** A part that fails leaves a line that says so, and the others their turn. */
  private static void measure(String name, Section section, Ground ground, Table table) {
    try {
      section.run(ground, table);
    } catch (Exception e) {
      table.add(Outcome.failed(name, e));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
