package dev.lockstep.pipeline;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.metrics.MetricsTables;
import dev.lockstep.storage.Fence;
import dev.lockstep.storage.Store;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * What every step of a run works with.
 *
 * @param date the logical date, where the run has one
 * @param codeVersion of this program
 * @param notices gets a line for what a person at the terminal should know
 */
public record RunContext(
    SparkSession spark,
    LockstepConfig config,
    RunId runId,
    Optional<LocalDate> date,
    Store store,
    MetricsTables tables,
    Clock clock,
    String codeVersion,
    Consumer<String> notices) {

  /** Opens the store and the tables of a run. */
  public static RunContext open(
      SparkSession spark,
      LockstepConfig config,
      RunId runId,
      Optional<LocalDate> date,
      String codeVersion,
      Consumer<String> notices) {
    Store store =
        Store.open(config.store(), spark.sparkContext().hadoopConfiguration()).checkWritable();
    return new RunContext(
        spark,
        config,
        runId,
        date,
        store,
        MetricsTables.open(spark),
        Clock.systemUTC(),
        codeVersion,
        notices);
  }

  /** The same for a night of its own, under its standard run id. */
  RunContext on(LocalDate night) {
    Optional<LocalDate> day = Optional.of(night);
    return new RunContext(
        spark,
        config,
        RunId.standard(config.model(), day, config.identity()),
        day,
        store,
        tables,
        clock,
        codeVersion,
        notices);
  }

  /** The same, where nothing is committed unless the fence is open. */
  RunContext fenced(Fence fence) {
    return new RunContext(
        spark,
        config,
        runId,
        date,
        store.fenced(fence),
        tables.fenced(fence),
        clock,
        codeVersion,
        notices);
  }

  /** How to reach Hadoop's file systems. */
  Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** The logical date as tables have it: null where there is none. */
  LocalDate logicalDate() {
    return date.orElse(null);
  }
}
