package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.dataset.Source;
import dev.lockstep.job.SourceDays.Finding;
import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jobs/ready}: whether a day's rows have arrived. */
@Command(
    name = "ready",
    description = {
      "Says whether the source has rows of a day, by partitions' names and files' footers, without"
          + " Spark; of a catalog table by a look for one row. Whether they are enough and right,"
          + " prepare checks.",
      ""
    },
    footer = {"", "Example:", "  jobs/ready --conf conf/flights.conf --date 2013-06-30"})
public final class ReadyJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;
  @Mixin private RunOptions run;

  public static void main(String[] args) {
    JobRunner.main(new ReadyJob(), args);
  }

  @Override
  public JobOutput call() {
    LockstepConfig settings = config.load();
    LocalDate day =
        run.date()
            .orElseThrow(
                () ->
                    new InvalidConfigException(
                        "Missing --date: no day (required, such as 2013-06-30)"));
    String column =
        settings
            .data()
            .date()
            .orElseThrow(
                () ->
                    new InvalidConfigException(
                        "Missing data.date: no value (required for a day's rows: names the column"
                            + " with the day)"));
    Finding found = look(settings, column, day);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("date", day.toString());
    result.put("ready", found.isThere());
    result.put("reason", found.reason());
    return JobOutput.json(result);
  }

  private static Finding look(LockstepConfig settings, String column, LocalDate day) {
    String source = settings.data().source();
    Configuration hadoop = SparkSessions.hadoop();
    if (Source.isFile(hadoop, source)) {
      try {
        return new SourceDays(source, column, hadoop).find(day);
      } catch (IOException e) {
        throw new StoreException("Cannot read source: " + source + " (" + e.getMessage() + ")", e);
      }
    }
    if (!Source.mayBeTable(source)) {
      return new Finding(false, "no folder " + source + " yet");
    }
    try (JobSession session = SparkSessions.open(settings, "ready")) {
      return inTable(session.spark(), source, column, day);
    }
  }

  private static Finding inTable(SparkSession spark, String table, String column, LocalDate day) {
    if (!spark.catalog().tableExists(table)) {
      return new Finding(false, "no folder and no table " + table + " yet");
    }
    Dataset<Row> rows = spark.table(table);
    if (Arrays.stream(rows.columns()).noneMatch(column::equalsIgnoreCase)) {
      return new Finding(true, table + " has no column " + column + ": prepare looks into it");
    }
    Column days = rows.col("`" + column.replace("`", "``") + "`").cast("date");
    return rows.where(days.equalTo(functions.lit(day))).isEmpty()
        ? new Finding(false, "no rows in " + table + " yet")
        : new Finding(true, "rows in " + table);
  }
}
