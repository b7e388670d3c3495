package dev.lockstep.job;

import dev.lockstep.metrics.Query;
import dev.lockstep.metrics.QueryFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jobs/query}: SQL over the metrics tables of a store. */
@Command(
    name = "query",
    description = {
      "Prints the rows of a SQL query over the tables lockstep.metrics.runs, epochs, iterations,"
          + " evaluations, versions and checks. Only reads.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  jobs/query \"select run_id, status, stop_reason from lockstep.metrics.runs\"",
      "  jobs/query \"select epoch, split, loss from lockstep.metrics.epochs order by 1, 2\""
          + " --format csv",
      "  jobs/query \"describe lockstep.metrics.iterations\" --store hdfs://namenode/lockstep"
    })
public final class QueryJob implements Callable<JobOutput> {
  @Mixin private ConfigOptions config;

  @Parameters(
      paramLabel = "SQL",
      description = "A SELECT, WITH, SHOW or DESCRIBE statement of Spark SQL.")
  private String sql;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "table (aligned text), csv (RFC 4180) or json (an object a line). Default: table.")
  private QueryFormat format = QueryFormat.TABLE;

  public static void main(String[] args) {
    JobRunner.main(new QueryJob(), args);
  }

  @Override
  public JobOutput call() {
    return out -> {
      try (JobSession session = SparkSessions.open(config.storeRoot(), "query")) {
        Query.of(session.spark(), sql).print(format, out);
      }
    };
  }
}
