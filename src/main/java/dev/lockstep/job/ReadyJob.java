package dev.lockstep.job;

import dev.lockstep.config.DataConfig;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code jobs/ready}: whether a day's rows have arrived. */
@Command(
    name = "ready",
    description = {
      "Says whether the source has rows of a day, by partitions' names and files' footers, and"
          + " starts no Spark session. Whether they are enough and right, prepare checks.",
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
    DataConfig data = config.load().data();
    LocalDate day =
        run.date()
            .orElseThrow(
                () ->
                    new InvalidConfigException(
                        "Missing --date: no day (required, such as 2013-06-30)"));
    String column =
        data.date()
            .orElseThrow(
                () ->
                    new InvalidConfigException(
                        "Missing data.date: no value (required for a day's rows: names the column"
                            + " with the day)"));
    if (!isPath(data.source())) {
      return result(day, true, data.source() + " is a table: prepare looks into it");
    }
    try {
      Optional<Path> file = new SourceDays(data.source(), column, SparkSessions.hadoop()).find(day);
      return file.map(path -> result(day, true, "rows in " + path))
          .orElseGet(() -> result(day, false, "no rows in " + data.source() + " yet"));
    } catch (IOException e) {
      throw new StoreException(
          "Cannot read source: " + data.source() + " (" + e.getMessage() + ")", e);
    }
  }

  private static boolean isPath(String source) {
    return !source.matches("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)*");
  }

  private static JobOutput result(LocalDate day, boolean isReady, String reason) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("date", day.toString());
    result.put("ready", isReady);
    result.put("reason", reason);
    return JobOutput.json(result);
  }
}
