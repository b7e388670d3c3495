package dev.lockstep.dataset;

import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.ManifestFile;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** From names of a committed directory's files to what is wrong with them. */
record FileCheck(String root, String directory, Broadcast<SerializableConfiguration> hadoop)
    implements FlatMapFunction<Iterator<String>, String> {
  private static final int TASKS_PER_SLOT = 4;

  /**
   * The first problem; empty if every file is what the manifest says, and no other is there. Each
   * task reads some.
   *
   * @throws StoreException, or Spark's exception around one, if a file cannot be read now
   */
  static Optional<String> firstProblem(SparkSession spark, Store store, Path directory) {
    CommittedDirectory found = committed(store, directory);
    try {
      found.checkListing("");
    } catch (StoreException e) {
      if (e.isDamage()) {
        return Optional.of(e.getMessage());
      }
      throw e;
    }
    List<String> files = found.manifest().files().stream().map(ManifestFile::path).toList();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    try {
      int tasks = Math.min(files.size(), TASKS_PER_SLOT * context.defaultParallelism());
      return context
          .parallelize(files, Math.max(1, tasks))
          .mapPartitions(new FileCheck(store.root().toString(), directory.toString(), hadoop))
          .collect()
          .stream()
          .min(Comparator.naturalOrder());
    } finally {
      hadoop.destroy();
    }
  }

  @Override
  public Iterator<String> call(Iterator<String> names) {
    CommittedDirectory files =
        committed(Store.open(root, hadoop.value().value()), new Path(directory));
    List<String> problems = new ArrayList<>();
    while (names.hasNext()) {
      try {
        files.verifyFile(names.next());
      } catch (StoreException e) {
        if (!e.isDamage()) {
          throw e;
        }
        problems.add(e.getMessage());
      }
    }
    return problems.iterator();
  }

  private static CommittedDirectory committed(Store store, Path directory) {
    return CommittedDirectory.read(store, directory)
        .orElseThrow(() -> new StoreException("Missing directory: " + directory));
  }
}
