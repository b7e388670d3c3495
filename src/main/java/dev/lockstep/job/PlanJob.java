package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.plan.BatchPlan;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jobs/plan}: the arithmetic of a run, before anything runs. */
@Command(
    name = "plan",
    description = {
      "Prints what a run will do: batches, updates, shards, memory, bytes on the wire. Starts no"
          + " Spark.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/plan --samples 1000 --batch-size 100 --epochs 10",
      "  jobs/plan --conf conf/flights.conf",
      "  jobs/plan --conf conf/flights.conf --batch-size 512 --workers 4 --features 240"
    })
public final class PlanJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Rows of the training set. Default: counted from the footers of data.source.")
  private Long samples;

  @Option(names = "--batch-size", paramLabel = "B", description = "Overrides train.batch-size.")
  private Integer batchSize;

  @Option(names = "--epochs", paramLabel = "E", description = "Overrides train.epochs.")
  private Integer epochs;

  @Option(names = "--shards", paramLabel = "S", description = "Overrides train.shards.")
  private Integer shards;

  @Option(names = "--workers", paramLabel = "W", description = "Overrides train.workers.")
  private Integer workers;

  @Option(
      names = "--executor-cores",
      paramLabel = "C",
      description = "Workers of one executor. Default: ${DEFAULT-VALUE}.")
  private int executorCores = 1;

  @Option(
      names = "--features",
      paramLabel = "F",
      description = "Inputs of the network, where only the data tell.")
  private Integer features;

  @Option(
      names = "--classes",
      paramLabel = "K",
      description = "Classes of a multiclass label, which only the data tell.")
  private Integer classes;

  public static void main(String[] args) {
    JobRunner.main(new PlanJob(), args);
  }

  @Override
  public JobOutput call() {
    atLeastOne("--samples", samples);
    atLeastOne("--batch-size", batchSize);
    atLeastOne("--epochs", epochs);
    atLeastOne("--shards", shards);
    atLeastOne("--workers", workers);
    atLeastOne("--executor-cores", executorCores);
    atLeastOne("--features", features);
    atLeastOne("--classes", classes);
    Optional<LockstepConfig> settings =
        config.isGiven() ? Optional.of(config.load()) : Optional.empty();
    return JobOutput.text(PlanTable.of(plan(settings)));
  }

  private PlanTable.Plan plan(Optional<LockstepConfig> settings) {
    BatchPlan batches =
        new BatchPlan(
            samples(settings),
            given("--batch-size", batchSize, settings, TrainConfig::batchSize),
            given("--epochs", epochs, settings, TrainConfig::epochs));
    OptionalInt shardCount = shards(settings, batches);
    OptionalInt workerCount = workers(settings, shardCount);
    boolean auto = workers == null && settings.flatMap(PlanJob::configuredWorkers).isEmpty();
    PlannedNetwork network =
        settings
            .map(
                known ->
                    PlannedNetwork.of(
                        known, optional(features), optional(classes), new Configuration()))
            .orElseGet(() -> PlannedNetwork.unknown("--conf FILE says what the network is"));
    return new PlanTable.Plan(
        batches,
        samples == null ? "at most: all rows of data.source that can be in training" : "",
        shardCount,
        workerCount,
        auto ? "auto: as many as free slots, at most the shards" : "",
        executorCores,
        network);
  }

  private long samples(Optional<LockstepConfig> settings) {
    if (samples != null) {
      return samples;
    }
    return settings
        .map(known -> SourceRows.mostTrainingSamples(known.data(), new Configuration()))
        .orElseThrow(() -> missing("--samples"));
  }

  private static int given(
      String option,
      Integer value,
      Optional<LockstepConfig> settings,
      Function<TrainConfig, Integer> setting) {
    return Optional.ofNullable(value)
        .or(() -> settings.map(LockstepConfig::train).map(setting))
        .orElseThrow(() -> missing(option));
  }

  private OptionalInt shards(Optional<LockstepConfig> settings, BatchPlan batches) {
    Optional<Integer> count =
        Optional.ofNullable(shards).or(() -> settings.map(known -> known.train().shards()));
    if (count.isPresent() && count.get() > batches.samples()) {
      throw new InvalidConfigException(
          "Invalid train.shards: %d (must be at most the training samples, %d)"
              .formatted(count.get(), batches.samples()));
    }
    return optional(count.orElse(null));
  }

  private OptionalInt workers(Optional<LockstepConfig> settings, OptionalInt shardCount) {
    Optional<Integer> count =
        Optional.ofNullable(workers).or(() -> settings.flatMap(PlanJob::configuredWorkers));
    if (count.isPresent() && shardCount.isPresent() && count.get() > shardCount.getAsInt()) {
      throw new InvalidConfigException(
          "Invalid train.workers: %d (must be at most train.shards, %d)"
              .formatted(count.get(), shardCount.getAsInt()));
    }
    return count.isPresent() ? optional(count.get()) : shardCount;
  }

  private static Optional<Integer> configuredWorkers(LockstepConfig settings) {
    OptionalInt count = settings.train().workers();
    return count.isPresent() ? Optional.of(count.getAsInt()) : Optional.empty();
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static void atLeastOne(String option, Number value) {
    if (value != null && value.longValue() < 1) {
      throw new InvalidConfigException(
          "Invalid %s: %s (must be at least 1)".formatted(option, value));
    }
  }

  private static InvalidConfigException missing(String option) {
    return new InvalidConfigException(
        "Missing " + option + ": no value (required without --conf FILE)");
  }
}
