package dev.lockstep.job;

import dev.lockstep.plan.BatchPlan;
import dev.lockstep.plan.BatchShares;
import dev.lockstep.plan.ExecutorMemory;
import dev.lockstep.plan.MemoryEstimate;
import dev.lockstep.plan.NetworkSize;
import dev.lockstep.plan.WireEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** A plan as a table for people: names left, figures right. */
final class PlanTable {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private static final String OFF_HEAP = "off the heap";

  private final List<String[]> rows = new ArrayList<>();
  private Optional<ExecutorOptions> options = Optional.empty();

  /**
   * All that a plan shows.
   *
   * @param samplesNote what to know about the number of samples
   * @param workersNote what to know about the number of workers
   * @param executorCores workers that an executor runs at once
   */
  record Plan(
      BatchPlan batches,
      String samplesNote,
      OptionalInt shards,
      OptionalInt workers,
      String workersNote,
      int executorCores,
      PlannedNetwork network) {

    /** Parts of batches, where batch norm is known to normalize over them. */
    Optional<BatchShares> shares() {
      boolean hasBatchNorm = network.size().filter(size -> size.statistics() > 0).isPresent();
      return hasBatchNorm && shards.isPresent()
          ? Optional.of(new BatchShares(batches, shards.getAsInt()))
          : Optional.empty();
    }
  }

  static String of(Plan plan) {
    PlanTable table = new PlanTable();
    table.batches(plan);
    plan.shards().ifPresent(shards -> table.shards(plan, shards));
    table.network(plan);
    return table.render()
        + table.options.map(options -> "\n" + options.text() + "\n").orElse("")
        + plan.shares().flatMap(BatchShares::notice).map(line -> "\n" + line + "\n").orElse("")
        + "\n"
        + meaning(plan.batches());
  }

  private void batches(Plan plan) {
    BatchPlan batches = plan.batches();
    add("samples", batches.samples(), plan.samplesNote());
    add("batch size", batches.batchSize(), "samples that make one update");
    add(
        "iterations per epoch",
        batches.iterationsPerEpoch(),
        "updates of one pass over the samples");
    add("last batch of an epoch", batches.lastBatch(), "");
    add("epochs", batches.epochs(), "");
    add("updates in all", batches.updates(), "");
  }

  private void shards(Plan plan, int shards) {
    add("shards", shards, "fix the result's bits");
    plan.workers().ifPresent(workers -> add("workers", workers, plan.workersNote()));
    add("samples per shard", share(plan.batches().samples(), shards), "");
    add("samples per shard and batch", share(plan.batches().firstBatch(), shards), "");
  }

  private void network(Plan plan) {
    if (plan.network().size().isEmpty()) {
      add("parameters", "unknown", plan.network().reason());
      return;
    }
    NetworkSize size = plan.network().size().get();
    add("features", plan.network().features().getAsInt(), "inputs of the network");
    add("parameters", size.parameters(), "");
    if (plan.shards().isPresent() && plan.workers().isPresent()) {
      sizes(plan, size, plan.shards().getAsInt(), plan.workers().getAsInt());
    }
  }

  private void sizes(Plan plan, NetworkSize size, int shards, int workers) {
    int features = plan.network().features().getAsInt();
    long state = plan.network().updaterState();
    MemoryEstimate memory =
        MemoryEstimate.of(
            new MemoryEstimate.Input(plan.batches(), shards, workers, features, size, state));
    addBytes("data per worker", memory.data(), "in local files, mapped");
    addBytes("parameters per worker", memory.parameters(), OFF_HEAP);
    addBytes("gradients per worker", memory.gradient() + memory.sums(), OFF_HEAP + ", with sums");
    addBytes("updater state per worker", memory.updaterState(), OFF_HEAP);
    addBytes("activations per worker", memory.activations(), OFF_HEAP + ", with their gradients");
    addBytes("exchange buffers per worker", memory.exchange(), OFF_HEAP + ", between executors");
    addBytes("copies per worker", memory.copies(), OFF_HEAP + ", while a round begins");
    addBytes("off the heap per worker", memory.offHeap(), "of one round");
    addBytes("heap per worker", memory.heap(), "states as they travel, panels, order");
    addBytes(
        "sent per worker and iteration",
        new WireEstimate(size.parameters(), shards, workers).bytesPerIteration());
    int each = Math.min(workers, plan.executorCores());
    ExecutorMemory executor = ExecutorMemory.of(memory, each);
    options = Optional.of(ExecutorOptions.of(workers, each, executor));
    add("executors", options.get().executors(), "of " + each + (each == 1 ? " core" : " cores"));
    addBytes("heap per executor", executor.executorMemory(), "with Spark's own");
    addBytes(
        "overhead per executor",
        executor.memoryOverhead(),
        "the process's own, native arrays of two rounds");
  }

  /** What another batch size would change. */
  private static String meaning(BatchPlan batches) {
    StringBuilder text = new StringBuilder();
    if (batches.batchSize() > 1) {
      BatchPlan half = batches.withBatchSize((batches.batchSize() + 1) / 2);
      text.append(
          String.format(
              Locale.ROOT,
              "Batch size %,d: %,d updates an epoch, %,d in all; more of them, each a noisier"
                  + " estimate, and more exchanges between workers.%n",
              half.batchSize(),
              half.iterationsPerEpoch(),
              half.updates()));
    }
    if (batches.batchSize() < Math.min(batches.samples(), Integer.MAX_VALUE / 2)) {
      BatchPlan twice = batches.withBatchSize(2 * batches.batchSize());
      text.append(
          String.format(
              Locale.ROOT,
              "Batch size %,d: %,d updates an epoch, %,d in all; steadier and less to exchange, but"
                  + " fewer: it may need a higher learning rate or more epochs.%n",
              twice.batchSize(),
              twice.iterationsPerEpoch(),
              twice.updates()));
    }
    return text.toString().stripTrailing();
  }

  private static String share(long whole, int parts) {
    long least = whole / parts;
    return whole % parts == 0 ? grouped(least) : grouped(least) + " to " + grouped(least + 1);
  }

  private void add(String name, long value, String note) {
    add(name, grouped(value), note);
  }

  private void addBytes(String name, long bytes) {
    addBytes(name, bytes, "");
  }

  private void addBytes(String name, long bytes, String note) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    String text = unit == 0 ? grouped(bytes) : String.format(Locale.ROOT, "%.1f", value);
    add(
        name,
        text + " " + UNITS[unit],
        grouped(bytes) + " bytes" + (note.isEmpty() ? "" : ", " + note));
  }

  private void add(String name, String value, String note) {
    rows.add(new String[] {name, value, note});
  }

  private static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private String render() {
    int names = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
    int values = rows.stream().mapToInt(row -> row[1].length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      String line = "%-" + names + "s  %" + values + "s  %s";
      text.append(String.format(line, row[0], row[1], row[2]).stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
