package dev.lockstep.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Training on two workers of a Spark master, in a process of its own, as its parent asks for it.
 */
final class EpochsProcess {
  private static final int WORKERS = 2;

  private EpochsProcess() {}

  /** Arguments: master, widths, batch size, samples. Speaks as {@link ProcessPeer} wants. */
  public static void main(String[] arguments) throws IOException {
    Workload workload =
        new Workload(
            Arrays.stream(arguments[1].split("-")).map(Integer::valueOf).toList(),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    try (SparkSession spark = session(arguments[0]);
        LockstepData data = LockstepData.of(spark, workload, WORKERS);
        LockstepPeer peer = data.peer(workload);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      System.out.println("ready " + spark.version());
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println("nanoseconds " + peer.train(Integer.parseInt(line.strip())));
      }
      peer.explain();
    }
    System.exit(0); // Spark's timer of barriers is no daemon
  }

  private static SparkSession session(String master) {
    SparkSession spark =
        SparkSession.builder()
            .master(master)
            .appName("lockstep-bench")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.executor.cores", "1")
            .config("spark.cores.max", String.valueOf(WORKERS))
            .config("spark.executor.memory", "2g")
            .config(
                "spark.executor.extraClassPath", absolute(System.getProperty("java.class.path")))
            .config(kernels())
            .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
            .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "60s")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }

  /** Executors choose their kernels as this process does, as under jobs/run-job. */
  private static SparkConf kernels() {
    SparkConf settings = new SparkConf();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("OPENBLAS_") || name.equals("OMP_NUM_THREADS")) {
                settings.set("spark.executorEnv." + name, value);
              }
            });
    return settings;
  }

  private static String absolute(String classPath) {
    return String.join(
        ":",
        Arrays.stream(classPath.split(":"))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }
}
