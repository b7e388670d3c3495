package dev.lockstep.training.shard;

import dev.lockstep.bench.Workload;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Samples a second with the rows on a large heap, and with mapped rows beside a heap of a quarter
 * of their bytes. Each in a process of its own, two workers; the median of the epochs after the
 * first.
 */
public final class LargeDataBenchmark {
  private static final long MEBIBYTE = 1 << 20;

  private LargeDataBenchmark() {}

  /**
   * Samples a second.
   *
   * @param heapMebibytes of the second
   */
  public record Rates(double onHeap, double fourTimesHeap, long heapMebibytes) {}

  /**
   * @param folder where the rows are written
   */
  public static Rates run(Workload workload, Path folder) throws IOException, InterruptedException {
    long bytes = (long) workload.samples() * (workload.inputs() + 1) * Float.BYTES;
    long quarter = bytes / 4 / MEBIBYTE;
    List<String> run =
        List.of(
            folder.resolve("rows").toString(),
            workload.network(),
            "" + workload.batch(),
            "" + workload.samples());
    child(2048, "write", run);
    double onHeap = rate(child(4096, "heap", run));
    return new Rates(onHeap, rate(child(quarter, "mapped", run)), quarter);
  }

  private static double rate(String line) {
    return Double.parseDouble(line.split(" ")[1]);
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
