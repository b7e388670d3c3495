package dev.lockstep.bench;

import org.apache.spark.sql.SparkSession;

/** Spark for measurements: in this process, quiet. */
final class Sessions {
  private Sessions() {}

  static SparkSession local(int slots) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + slots + "]")
            .appName("lockstep-bench")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .config("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }
}
