package dev.lockstep.dataset;

import dev.lockstep.storage.AtomicDirectory;
import dev.lockstep.storage.StoreException;
import dev.lockstep.validation.profile.Profile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Writes a run's prepared rows: few files, each in the order of its rows' ids. */
final class PreparedFiles {
  /** What a file holds at most, before encoding and compression. */
  private static final long FILE_BYTES = 64L << 20;

  /** What a reader of a file has in memory at once. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private static final long ROW_BYTES_BESIDE_FEATURES = 64;
  private static final String ENCODED_LABEL = Names.OWN + "label";

  private final Columns columns;
  private final Audit audit;
  private final FeatureFit.Fitted fitted;
  private final Profile profile;

  PreparedFiles(Columns columns, Audit audit, FeatureFit.Fitted fitted, Profile profile) {
    this.columns = columns;
    this.audit = audit;
    this.fitted = fitted;
    this.profile = profile;
  }

  /**
   * Writes and commits the directory.
   *
   * @param sorted globally by split and key, and cached
   * @param properties for the manifest, beside those of the prepared data
   */
  PreparedData write(
      AtomicDirectory directory, Path target, Dataset<Row> sorted, Map<String, String> properties) {
    Dataset<Row> numbered =
        RowIds.add(sorted, audit.splits()).withColumn(ENCODED_LABEL, audit.labels().encoded());
    PreparedData prepared = describe(target);
    List<Runnable> parts = new ArrayList<>();
    for (Split split : Split.values()) {
      parts.add(() -> writeSplit(numbered, split, new Path(directory.path(), split.lowerName())));
    }
    Path features = new Path(directory.path(), prepared.features().getName());
    parts.add(() -> fitted.features().save(features));
    SideBySide.run(sorted.sparkSession().sparkContext(), parts);
    writeProfile(directory);
    Map<String, String> all = new HashMap<>(prepared.toProperties());
    all.putAll(properties);
    directory.commit(all, (path, names) -> FileDigests.of(sorted.sparkSession(), path, names));
    return prepared;
  }

  private void writeProfile(AtomicDirectory directory) {
    try (OutputStream out = directory.create(Profile.FILE)) {
      out.write(profile.toJson());
    } catch (IOException e) {
      throw new StoreException(
          "Cannot write: " + directory.path() + " (" + Text.firstLine(e) + ")", e);
    }
  }

  private void writeSplit(Dataset<Row> numbered, Split split, Path path) {
    Dataset<Row> rows =
        numbered.where(Names.column(Names.SPLIT).equalTo(split.ordinal())).coalesce(files(split));
    List<Column> output = new ArrayList<>();
    output.add(functions.col(Names.ROW_ID));
    columns.kept().forEach(name -> output.add(Names.column(name)));
    if (columns.keepsDayApart()) {
      output.add(columns.day().as(Names.DAY));
    }
    output.add(functions.col(Names.FEATURES));
    output.add(functions.col(ENCODED_LABEL).as(Names.LABEL));
    fitted
        .features()
        .transform(rows)
        .select(output.toArray(Column[]::new))
        .write()
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .option("parquet.block.size", ROW_GROUP_BYTES)
        .parquet(path.toString());
  }

  private int files(Split split) {
    long rowBytes = 4L * fitted.names().size() + ROW_BYTES_BESIDE_FEATURES;
    return (int) (audit.splits().rows(split) * rowBytes / FILE_BYTES) + 1;
  }

  private PreparedData describe(Path target) {
    return new PreparedData(
        target,
        audit.splits().rows(Split.TRAIN),
        audit.splits().rows(Split.VALIDATION),
        audit.splits().rows(Split.TEST),
        fitted.names().size(),
        fitted.names(),
        audit.labels().classes(),
        audit.fingerprint().sha256(),
        List.copyOf(audit.findings().checks()),
        fitted.from(),
        fitted.afresh(),
        false);
  }
}
