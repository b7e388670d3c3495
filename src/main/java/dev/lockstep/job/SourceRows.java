package dev.lockstep.job;

import dev.lockstep.config.DataConfig;
import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.SplitConfig;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** Counts a source's rows by its Parquet footers, no data read. */
final class SourceRows {
  private SourceRows() {}

  /**
   * The most samples that training can get: all rows, less the fractions of the other splits. A
   * predicate, a window or a split by days take more away.
   *
   * @throws InvalidConfigException if the source holds no Parquet files that can be read
   */
  static long mostTrainingSamples(DataConfig data, Configuration hadoop) {
    long rows = count(data.source(), hadoop);
    if (data.split() instanceof SplitConfig.ByHash byHash) {
      return Math.max(1, Math.round(rows * (1 - byHash.validation() - byHash.test())));
    }
    return rows;
  }

  private static long count(String source, Configuration hadoop) {
    long rows = 0;
    try {
      for (FileStatus file : SourceFiles.below(new Path(source), hadoop)) {
        rows += footerRows(file, hadoop);
      }
    } catch (IOException | RuntimeException failure) {
      throw cannotCount(source, failure.toString().lines().findFirst().orElse(""), failure);
    }
    if (rows == 0) {
      throw cannotCount(source, "no rows in Parquet files there", null);
    }
    return rows;
  }

  private static long footerRows(FileStatus status, Configuration hadoop) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(status, hadoop))) {
      return reader.getRecordCount();
    }
  }

  private static InvalidConfigException cannotCount(String source, String why, Throwable cause) {
    InvalidConfigException invalid =
        new InvalidConfigException(
            "Cannot count data.source: %s (%s; --samples N says how many rows train)"
                .formatted(source, why));
    invalid.initCause(cause);
    return invalid;
  }
}
