package dev.lockstep.training.shard;

import dev.lockstep.bench.Workload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;

/**
 * Samples a second with the rows on the heap, with mapped rows beside a heap of that size, and with
 * mapped rows beside a heap of a quarter of the rows' bytes. Each in a process of its own, two
 * workers; the median of the epochs after the first.
 */
public final class LargeDataBenchmark {
  private static final long ROW_BYTES_IN_ALL = 1L << 30;
  private static final int REPETITIONS = 2;

  private LargeDataBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("lockstep-large-");
    try {
      System.out.printf(
          "%-28s %-24s %8s %8s %12s %12s %7s%n",
          "network", "rows", "heap MB", "rows MB", "loaded/s", "samples/s", "ratio");
      for (List<Integer> widths : List.of(List.of(784, 256, 128, 10), List.of(30, 64, 32, 10))) {
        int samples = (int) (ROW_BYTES_IN_ALL / ((widths.get(0) + 1) * Float.BYTES));
        compare(new Workload(widths, 256, samples), folder.resolve("rows-" + widths.get(0)));
      }
    } finally {
      FileUtil.fullyDelete(folder.toFile());
    }
  }

  private static void compare(Workload workload, Path rows)
      throws IOException, InterruptedException {
    String widths = String.join("-", workload.widths().stream().map(String::valueOf).toList());
    List<String> run =
        List.of(rows.toString(), widths, "" + workload.batch(), "" + workload.samples());
    child(2048, "write", run);
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      double inMemory = row(workload, "on the heap", 4096, "heap", run, Double.NaN);
      row(workload, "mapped, 4 GB of heap", 4096, "mapped", run, inMemory);
      long quarter = ROW_BYTES_IN_ALL / 4 >> 20;
      row(workload, "mapped, 4 x the heap", quarter, "mapped", run, inMemory);
    }
  }

  private static double row(
      Workload workload, String what, long heapMb, String mode, List<String> run, double inMemory)
      throws IOException, InterruptedException {
    String[] rates = child(heapMb, mode, run).split(" ");
    double rate = Double.parseDouble(rates[1]);
    System.out.printf(
        Locale.ROOT,
        "%-28s %-24s %,8d %,8d %,12.0f %,12.0f %7.2f%n",
        workload.name(),
        what,
        heapMb,
        ROW_BYTES_IN_ALL >> 20,
        Double.parseDouble(rates[0]),
        rate,
        rate / inMemory);
    return rate;
  }

  /** Runs {@link LargeDataRun} and returns its last line. */
  private static String child(long heapMb, String mode, List<String> run)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-Xmx"))
        .forEach(command::add);
    command.add("-Xmx" + heapMb + "m");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LargeDataRun.class.getName());
    command.add(mode);
    Process process =
        new ProcessBuilder(Stream.concat(command.stream(), run.stream()).toList())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("Failed to run " + mode + " with " + heapMb + " MB of heap");
    }
    List<String> lines = out.lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
