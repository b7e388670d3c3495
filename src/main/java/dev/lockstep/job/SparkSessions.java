package dev.lockstep.job;

import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.Secrets;
import dev.lockstep.metrics.LocalCommitLock;
import dev.lockstep.storage.DirectLocalFileSystem;
import dev.lockstep.storage.Store;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/**
 * Opens the Spark session of a job.
 *
 * <p>What the user's Spark options set stands; this fills the rest: the Iceberg catalog {@code
 * lockstep} on the store, UTC, patience with HDFS, and, where Spark is embedded in the job's own
 * process, a local master with a slot for each worker.
 */
final class SparkSessions {
  private static final String CATALOG = "spark.sql.catalog.lockstep";
  private static final String LOCK = CATALOG + ".lock-impl";
  private static final String HADOOP_CATALOG = "org.apache.iceberg.hadoop.HadoopCatalog";
  private static final String EXTENSION =
      "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions";
  private static final String SLOTS_CHECK = "spark.scheduler.barrier.maxConcurrentTasksCheck";
  private static final String MAINS = "dev.lockstep.job.";
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)])?");

  private SparkSessions() {}

  /** The session of a job on a model's settings. */
  static JobSession open(LockstepConfig config, String job) {
    String name = "lockstep " + job + " " + config.model();
    int workers = config.train().workers().orElse(1);
    return open(config.store(), workers, name);
  }

  /** The session of a job that only reads a store's tables. */
  static JobSession open(String store, String job) {
    return open(store, 1, "lockstep " + job);
  }

  /** Spark's settings as they are before a job opens its session. */
  static SparkConf given() {
    return JobSession.isSparkRunning()
        ? SparkSession.getDefaultSession().get().sparkContext().getConf()
        : new SparkConf();
  }

  /** Hadoop's settings among them. */
  static Configuration hadoop() {
    return hadoop(HdfsPatience.fill(given()));
  }

  private static Configuration hadoop(SparkConf spark) {
    return SparkHadoopUtil.get().newConfiguration(spark);
  }

  /** Fills what {@code given} leaves open. */
  static SparkConf settings(SparkConf given, String store, int workers) {
    SparkConf spark = HdfsPatience.fill(given);
    spark.setIfMissing("spark.master", "local[*]");
    // A worker's shards lie where they were loaded. After a loss Spark would rather load them where
    // another worker's lie than on the new executor, and from then on begin each round by waiting
    // for a slot there. In local mode, where cores are offered when a task ends and never because a
    // wait is over, a task that prefers another node, as blocks of HDFS make it do, waits for good.
    spark.setIfMissing("spark.locality.wait", "0s");
    if (!spark.contains(SLOTS_CHECK + ".interval")) {
      // Spark's 15 s are longer than a lost executor's successor takes; as many minutes in all.
      spark.set(SLOTS_CHECK + ".interval", "1s");
      spark.setIfMissing(SLOTS_CHECK + ".maxFailures", "600");
    }
    if (LOCAL.matcher(spark.get("spark.master")).matches()) {
      embed(spark, workers);
    }
    return withTables(spark, store);
  }

  private static SparkConf withTables(SparkConf spark, String store) {
    spark.set("spark.sql.session.timeZone", "UTC");
    String extensions = spark.get("spark.sql.extensions", "");
    if (Arrays.stream(extensions.split(",")).map(String::strip).noneMatch(EXTENSION::equals)) {
      spark.set(
          "spark.sql.extensions", extensions.isBlank() ? EXTENSION : extensions + "," + EXTENSION);
    }
    if (!spark.contains(CATALOG)) {
      spark.set(CATALOG, "org.apache.iceberg.spark.SparkCatalog");
      spark.setIfMissing(CATALOG + ".type", "hadoop");
      spark.setIfMissing(CATALOG + ".warehouse", warehouse(spark, store));
    }
    if (isHadoopCatalog(spark)) {
      spark.setIfMissing(LOCK, LocalCommitLock.class.getName());
    }
    // Rows are written past Spark's catalog, here and by other drivers: what it remembered of a
    // table would be old.
    spark.setIfMissing(CATALOG + ".cache-enabled", "false");
    return spark;
  }

  private static boolean isHadoopCatalog(SparkConf spark) {
    return spark.get(CATALOG + ".type", "").equalsIgnoreCase("hadoop")
        || spark.get(CATALOG + ".catalog-impl", "").equals(HADOOP_CATALOG);
  }

  /**
   * What can go wrong with commits of two drivers at once: a Hadoop catalog's commit is a rename,
   * and the lock that is set where the user sets none holds on a local disk alone.
   */
  static Optional<String> warning(SparkConf settings) {
    String warehouse = settings.get(CATALOG + ".warehouse", "");
    boolean unlocked = settings.get(LOCK, "").equals(LocalCommitLock.class.getName());
    if (!unlocked || warehouse.isEmpty() || Store.renamesAtomically(warehouse)) {
      return Optional.empty();
    }
    return Optional.of(
        "Warning: two drivers at once can lose rows of the tables in %s: its renames are not atomic"
                .formatted(warehouse)
            + " (set %s or another catalog, or run one driver at a time)".formatted(LOCK));
  }

  private static JobSession open(String store, int workers, String name) {
    SparkConf given = new SparkConf();
    if (JobSession.isSparkRunning()) {
      return JobSession.beside(withTables(given, store));
    }
    SparkConf settings = settings(given, store, workers);
    warning(settings).map(Secrets::masked).ifPresent(System.err::println);
    HdfsPatience.checkReachable(store, hadoop(settings));
    // Unless told a name, spark-submit takes the main class's.
    if (settings.get("spark.app.name", MAINS).startsWith(MAINS)) {
      settings.setAppName(name);
    }
    return JobSession.start(settings);
  }

  private static void embed(SparkConf spark, int workers) {
    int cores = Runtime.getRuntime().availableProcessors();
    int slots = Math.max(slots(spark.get("spark.master"), cores), workers);
    if (workers > cores) {
      System.err.printf(
          "Warning: %d workers on %d cores of one machine: they take turns, and the result is the"
              + " same%n",
          workers, cores);
    }
    spark.set("spark.master", "local[" + slots + "]");
    spark.setIfMissing("spark.ui.enabled", "false");
    spark.setIfMissing("spark.driver.host", "127.0.0.1");
    spark.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    spark.setIfMissing("spark.sql.shuffle.partitions", Integer.toString(2 * slots));
    spark.setIfMissing("spark.hadoop.fs.file.impl", DirectLocalFileSystem.class.getName());
  }

  private static int slots(String master, int cores) {
    Matcher local = LOCAL.matcher(master);
    String count = local.matches() ? local.group(1) : null;
    return count == null ? 1 : count.equals("*") ? cores : Integer.parseInt(count);
  }

  private static String warehouse(SparkConf spark, String store) {
    return Store.open(store, hadoop(spark)).warehouse().toString();
  }
}
