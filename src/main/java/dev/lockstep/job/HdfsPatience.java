package dev.lockstep.job;

import dev.lockstep.storage.Store;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * HDFS client settings with which a job, its driver and its executors, outlives the restart of the
 * NameNode and the loss of a DataNode, and does not sleep at the end of each small file. Hadoop's
 * own defaults give up at once. What Hadoop's files or Spark's settings say stands.
 */
final class HdfsPatience {
  private static final String POLICY = "dfs.client.retry.policy.";
  private static final String ENABLED = POLICY + "enabled";
  private static final String LAST_BLOCK = "dfs.client.block.write.locateFollowingBlock.";
  private static final String SPARK = "spark.hadoop.";

  private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

  static {
    SETTINGS.put(ENABLED, "true");
    // Pairs of milliseconds and tries: a minute of safe mode. A connection is tried so often at
    // each of these tries, so a NameNode may be away for minutes.
    SETTINGS.put(POLICY + "spec", "1000,10,5000,10");
    // With as many replicas as DataNodes there is none to take a lost one's place.
    SETTINGS.put("dfs.client.block.write.replace-datanode-on-failure.best-effort", "true");
    // A file's end waits until its last block is reported, mostly some milliseconds: 20 ms at
    // first, where Hadoop takes 400, then twice as long each time, 20 s in all.
    SETTINGS.put(LAST_BLOCK + "initial.delay.ms", "20");
    SETTINGS.put(LAST_BLOCK + "retries", "10");
  }

  private HdfsPatience() {}

  /** The settings with what they leave open, as Spark hands them to executors. */
  static SparkConf fill(SparkConf given) {
    SparkConf spark = given.clone();
    Configuration hadoop = new HdfsConfiguration(SparkHadoopUtil.get().newConfiguration(given));
    boolean ownPolicy = isGiven(hadoop, ENABLED);
    SETTINGS.forEach(
        (key, value) -> {
          boolean decided = ownPolicy && key.startsWith(POLICY);
          if (!decided && !isGiven(hadoop, key)) {
            spark.set(SPARK + key, value);
          }
        });
    return spark;
  }

  /**
   * Asks a store's file system once, so that a wrong address is said in seconds.
   *
   * @throws dev.lockstep.storage.StoreException if it does not answer
   */
  static void checkReachable(String store, Configuration hadoop) {
    Configuration impatient = new Configuration(hadoop);
    impatient.setBoolean(ENABLED, false);
    impatient.setInt("ipc.client.connect.max.retries", 3);
    impatient.setInt("ipc.client.connect.max.retries.on.timeouts", 1);
    Store.checkReachable(store, impatient);
  }

  private static boolean isGiven(Configuration hadoop, String key) {
    String[] sources = hadoop.getPropertySources(key);
    return sources != null
        && Arrays.stream(sources).anyMatch(source -> !source.endsWith("hdfs-default.xml"));
  }
}
