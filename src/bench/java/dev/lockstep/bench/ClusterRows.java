package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.config.ConfigLoader;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.dataset.Preparation;
import dev.lockstep.storage.Store;
import dev.lockstep.training.CheckpointBenchmark;
import dev.lockstep.validation.Past;
import dev.lockstep.validation.Validation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** On HDFS and on Spark standalone, as processes of this machine. */
final class ClusterRows implements Section {
  private static final int WORKERS = 2;

  @Override
  public void run(Ground ground, Table table) throws Exception {
    Progress.say("cluster: starting HDFS and Spark standalone");
    try (ClusterFixture cluster = new ClusterFixture()) {
      Configuration hadoop = ground.spark().sparkContext().hadoopConfiguration();
      hadoop.addResource(new org.apache.hadoop.fs.Path(cluster.hadoopSettings(), "core-site.xml"));
      hadoop.addResource(new org.apache.hadoop.fs.Path(cluster.hadoopSettings(), "hdfs-site.xml"));
      // As the jobs set it; the other has it here too, where it is 400 by itself.
      hadoop.set("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "20");
      hadoop.set("dfs.client.block.write.locateFollowingBlock.retries", "10");
      String root = cluster.hdfs() + "/bench";
      org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(root, "flights");
      FileSystem hdfs = source.getFileSystem(hadoop);
      hdfs.delete(source.getParent(), true); // of an earlier run: jobs/cluster keeps its disks
      hdfs.mkdirs(source.getParent());
      hdfs.copyFromLocalFile(new org.apache.hadoop.fs.Path("data/flights"), source);
      prepare(ground, table, source.toString(), root);
      score(ground, table, source.toString(), root);
      checkpoint(ground, table, root);
      for (Workload workload :
          List.of(
              new Workload(Workload.WIDE, 256, ground.effort().samples(256 * 300)),
              new Workload(
                  List.of(222, 128, 64, 32, 2), 512, ground.effort().samples(512 * 512)))) {
        train(ground, table, cluster, workload);
      }
    }
  }

  private static void prepare(Ground ground, Table table, String source, String root) {
    LockstepConfig config =
        ConfigLoader.load(Path.of("conf/flights.conf"), "data.source=" + source);
    long count = ground.spark().read().parquet(source).count();
    Store store = Store.open(root, ground.spark().sparkContext().hadoopConfiguration());
    Preparation preparation =
        new Preparation(ground.spark(), store, config.data(), config.evaluate());
    Validation validation = new Validation(config.validate(), Past::none);
    RowsPeer ours =
        new RowsPeer(
            "Lockstep",
            count,
            () -> {
              store.remove(store.prepared("prepare"));
              preparation.prepare("prepare", Optional.empty(), validation, line -> {});
            });
    PlainPreparation plain = new PlainPreparation(ground.spark(), config.data());
    RowsPeer theirs = new RowsPeer("plain Spark", count, () -> plain.write(root + "/plain"));
    Progress.say("cluster: prepare on HDFS, %,d rows", count);
    double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(ours, theirs));
    table.add(
        Outcome.atLeast(
            new Goal("plain Spark: split, MLlib fit, Parquet", "prepare on HDFS", 1 / 1.2),
            "rows/s",
            rates[0],
            rates[1],
            "ours with checks, profile, fingerprint and row ids, which the other lacks"));
  }

  private static void score(Ground ground, Table table, String source, String root)
      throws Exception {
    LockstepConfig config =
        ConfigLoader.load(
            Path.of("conf/flights.conf"), "data.source=" + source, "data.where=month = 1");
    Scoring scoring = Scoring.of(ground, config, root + "/score");
    double[] rates =
        Turns.samplesPerSecond(ground.effort(), List.of(scoring.ours(), scoring.plain()));
    table.add(ScoreRows.withoutNetwork("score on HDFS", rates[0], rates[1]));
  }

  private static void checkpoint(Ground ground, Table table, String root) {
    Workload workload = CheckpointRows.large(ground.effort());
    Progress.say("cluster: checkpoint to HDFS, %s", workload.name());
    table.add(
        CheckpointRows.delay(
            workload.name() + ", on HDFS",
            CheckpointBenchmark.run(ground.spark(), workload, root + "/checkpoints")));
  }

  private static void train(Ground ground, Table table, ClusterFixture cluster, Workload workload) {
    Progress.say("cluster: training on Spark standalone, %s", workload.name());
    try (ProcessPeer standalone = start(ground, workload, cluster.master());
        ProcessPeer embedded = start(ground, workload, "local[" + WORKERS + "]")) {
      double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(standalone, embedded));
      table.add(
          Outcome.atLeast(
              new Goal("embedded, W = 2", "on Spark standalone, " + workload.name(), 1 / 1.1),
              "samples/s",
              rates[0],
              rates[1],
              "two executors of one core, over sockets; embedded in memory; whole epochs"));
    }
  }

  private static ProcessPeer start(Ground ground, Workload workload, String master) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@target/spark.options",
            "-Xmx2g",
            "-Dlog4j2.configurationFile=conf/log4j2.properties",
            "-cp",
            System.getProperty("java.class.path"),
            EpochsProcess.class.getName(),
            master,
            workload.network(),
            String.valueOf(workload.batch()),
            String.valueOf(workload.samples()));
    return new ProcessPeer(
        new ProcessPeer.Launch(
            master,
            workload.samples(),
            List.of(command),
            Map.of(),
            ground.scratch().resolve("log")));
  }
}
