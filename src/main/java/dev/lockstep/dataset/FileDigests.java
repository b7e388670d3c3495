package dev.lockstep.dataset;

import dev.lockstep.storage.ManifestFile;
import dev.lockstep.storage.Sha256;
import dev.lockstep.storage.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** From names of a directory's files to lines of length, SHA-256 and name. */
record FileDigests(String directory, Broadcast<SerializableConfiguration> hadoop)
    implements FlatMapFunction<Iterator<String>, String> {
  private static final int PARTS = 3;

  /** Of files that lie where every executor reads them: on all task slots at once. */
  static List<ManifestFile> of(SparkSession spark, Path directory, List<String> names) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    try {
      int tasks = Math.max(1, Math.min(names.size(), context.defaultParallelism()));
      return context
          .parallelize(names, tasks)
          .mapPartitions(new FileDigests(directory.toString(), hadoop))
          .collect()
          .stream()
          .map(FileDigests::file)
          .toList();
    } finally {
      hadoop.destroy();
    }
  }

  @Override
  public Iterator<String> call(Iterator<String> names) throws IOException {
    Store files = Store.open(directory, hadoop.value().value());
    List<String> lines = new ArrayList<>();
    while (names.hasNext()) {
      String name = names.next();
      ManifestFile file = Sha256.of(name, files.fileSystem().open(new Path(files.root(), name)));
      lines.add(file.length() + " " + file.sha256() + " " + name);
    }
    return lines.iterator();
  }

  private static ManifestFile file(String line) {
    String[] parts = line.split(" ", PARTS);
    return new ManifestFile(parts[2], Long.parseLong(parts[0]), parts[1]);
  }
}
