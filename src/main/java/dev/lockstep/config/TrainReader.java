package dev.lockstep.config;

import dev.lockstep.config.TrainConfig.CheckpointEvery;
import dev.lockstep.config.TrainConfig.EarlyStopping;
import dev.lockstep.config.TrainConfig.Unit;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The section {@code train}. */
final class TrainReader {
  private static final Pattern INTERVAL = Pattern.compile("(\\d{1,9})\\s*(epoch|iteration)s?");

  /** At most what a socket's timeout, milliseconds in 31 bits, can hold. */
  private static final Section.Range TIMEOUT =
      new Section.Range(Duration.ofSeconds(1), Duration.ofDays(24), "1 second to 24 days");

  private static final String AVERAGING = "parameter-averaging";
  private static final List<String> TRAINERS = List.of(SettingsJson.EXACT, AVERAGING);
  private static final List<String> SCHEDULES = List.of("step", "exponential", "inverse");

  private TrainReader() {}

  static TrainConfig read(Section train) {
    int shards = train.wholeNumber("shards", 1);
    return new TrainConfig(
        train.wholeNumber("epochs", 1),
        train.wholeNumber("batch-size", 1),
        train.anyLong("seed"),
        updater(train.section("updater")),
        train.optionalSection("clipping").map(TrainReader::clipping),
        shards,
        workers(train, shards),
        checkpointEvery(train),
        train.wholeNumber("keep-checkpoints", 1),
        train.optionalSection("early-stopping").map(TrainReader::earlyStopping),
        trainer(train),
        train.wholeNumber("max-attempts", 1),
        train.time("timeout", TIMEOUT),
        train.choice("start", TrainConfig.Start.values()));
  }

  private static OptionalInt workers(Section train, int shards) {
    if (train.text("workers").equals("auto") || train.failed("workers")) {
      return OptionalInt.empty();
    }
    int workers = train.wholeNumber("workers", 1);
    if (!train.failed("workers") && !train.failed("shards") && workers > shards) {
      train.invalid(
          "workers",
          "must be at most train.shards, " + shards + ": a worker holds at least one shard",
          workers);
    }
    return OptionalInt.of(workers);
  }

  private static CheckpointEvery checkpointEvery(Section train) {
    Matcher interval = INTERVAL.matcher(train.text("checkpoint-every").strip());
    if (!interval.matches() || Integer.parseInt(interval.group(1)) < 1) {
      CheckpointEvery standIn = new CheckpointEvery(1, Unit.EPOCH);
      return train.failed("checkpoint-every")
          ? standIn
          : train.invalid(
              "checkpoint-every", "must be like 1 epoch or 500 iterations, at least 1", standIn);
    }
    int count = Integer.parseInt(interval.group(1));
    String unit = interval.group(2);
    train.put("checkpoint-every", count + " " + unit + (count == 1 ? "" : "s"));
    return new CheckpointEvery(count, unit.equals("epoch") ? Unit.EPOCH : Unit.ITERATION);
  }

  private static TrainConfig.Trainer trainer(Section train) {
    String name = train.name("trainer", TRAINERS);
    int every = train.wholeNumber("averaging-every", 1);
    return name.equals(AVERAGING)
        ? new TrainConfig.Trainer.ParameterAveraging(every)
        : TrainConfig.Trainer.EXACT;
  }

  private static ClippingConfig clipping(Section clipping) {
    return new ClippingConfig(
        clipping.choice("type", ClippingConfig.Type.values()),
        clipping.number("threshold", Bounds.POSITIVE));
  }

  private static EarlyStopping earlyStopping(Section stopping) {
    stopping.withDefaults("early-stopping");
    return new EarlyStopping(
        stopping.wholeNumber("patience", 1), stopping.number("min-delta", Bounds.NOT_NEGATIVE));
  }

  private static UpdaterConfig updater(Section updater) {
    return new UpdaterConfig(
        updater.choice("type", UpdaterConfig.Type.values()),
        learningRate(updater),
        updater.number("momentum", Bounds.BELOW_ONE),
        updater.number("beta1", Bounds.BELOW_ONE),
        updater.number("beta2", Bounds.BELOW_ONE),
        updater.number("decay", Bounds.INNER),
        updater.number("epsilon", Bounds.POSITIVE),
        updater.number("weight-decay", Bounds.NOT_NEGATIVE));
  }

  private static ScheduleConfig learningRate(Section updater) {
    if (!updater.holdsObject("learning-rate")) {
      return new ScheduleConfig.Fixed(updater.number("learning-rate", Bounds.POSITIVE));
    }
    Section schedule = updater.section("learning-rate").withDefaults("schedule");
    String name = schedule.name("schedule", SCHEDULES);
    if (schedule.failed("schedule")) {
      schedule.skip();
      return new ScheduleConfig.Fixed(1);
    }
    double initial = schedule.number("initial", Bounds.POSITIVE);
    Unit unit = schedule.choice("unit", Unit.values());
    return switch (name) {
      case "step" ->
          new ScheduleConfig.Step(
              initial,
              schedule.number("rate", Bounds.POSITIVE),
              schedule.number("every", Bounds.POSITIVE),
              unit);
      case "exponential" ->
          new ScheduleConfig.Exponential(initial, schedule.number("rate", Bounds.POSITIVE), unit);
      default ->
          new ScheduleConfig.Inverse(
              initial,
              schedule.number("rate", Bounds.NOT_NEGATIVE),
              schedule.number("power", Bounds.POSITIVE),
              unit);
    };
  }
}
