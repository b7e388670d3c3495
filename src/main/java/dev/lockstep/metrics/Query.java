package dev.lockstep.metrics;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.storage.StoreException;
import java.util.Set;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoDir;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.catalyst.plans.logical.ScriptTransformation;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import scala.collection.JavaConverters;

/** Runs SQL that reads, and nothing else: a statement that would change anything never starts. */
public final class Query {
  private static final String REMEDY = "only SELECT, WITH, SHOW and DESCRIBE are read";

  private static final Set<String> READING_COMMANDS =
      Set.of(
          "ShowTables",
          "ShowTableExtended",
          "ShowNamespaces",
          "ShowColumns",
          "ShowPartitions",
          "ShowTableProperties",
          "ShowCreateTable",
          "ShowViews",
          "ShowFunctions",
          "ShowCurrentNamespaceCommand",
          "ShowCatalogsCommand",
          "DescribeRelation",
          "DescribeColumn",
          "DescribeNamespace",
          "DescribeFunction",
          "DescribeQueryCommand");

  private Query() {}

  /**
   * Parses and analyzes the statement; its rows are computed when the result is printed.
   *
   * @throws InvalidConfigException if Spark refuses the statement (syntax, unknown table or
   *     column), or if it is anything but a query
   * @throws StoreException if the tables cannot be read
   */
  public static QueryResult of(SparkSession spark, String sql) {
    try {
      refuseUnlessReading(spark.sessionState().sqlParser().parsePlan(sql));
      return new QueryResult(spark.sql(sql));
    } catch (Exception e) {
      throw invalid(e);
    }
  }

  /** What a user did wrong, as one line; any other failure names its cause in one line. */
  static RuntimeException invalid(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidConfigException refused) {
        return refused;
      }
      if (cause instanceof SparkThrowable known && isUsersMistake(known)) {
        return new InvalidConfigException("Invalid query: " + firstLine(cause));
      }
    }
    return new StoreException("Failed to run query: " + firstLine(e), e);
  }

  private static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return message.lines().filter(line -> !line.isBlank()).findFirst().orElse(message).strip();
  }

  /**
   * By the classes of SQLSTATE: 21 and 22, rows that the statement cannot deal with; 42, a wrong
   * statement.
   */
  private static boolean isUsersMistake(SparkThrowable failure) {
    String state = failure.getErrorClass() == null ? null : failure.getSqlState();
    return failure instanceof AnalysisException
        || state != null
            && (state.startsWith("21") || state.startsWith("22") || state.startsWith("42"));
  }

  private static void refuseUnlessReading(LogicalPlan statement) {
    boolean readingCommand = READING_COMMANDS.contains(statement.getClass().getSimpleName());
    if (!readingCommand && isMoreThanRead(statement)) {
      throw new InvalidConfigException(
          "Unsupported query: %s (%s)".formatted(statement.nodeName(), REMEDY));
    }
  }

  /**
   * True if any part of the plan is more than a read: INSERT may stand below WITH, scripts
   * anywhere.
   */
  private static boolean isMoreThanRead(TreeNode<?> plan) {
    return plan instanceof Command
        || plan instanceof ParsedStatement
        || plan instanceof InsertIntoDir
        || plan instanceof ScriptTransformation
        || JavaConverters.seqAsJavaList(plan.children()).stream()
            .anyMatch(child -> isMoreThanRead((TreeNode<?>) child));
  }
}
