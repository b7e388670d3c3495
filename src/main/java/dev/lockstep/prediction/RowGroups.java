package dev.lockstep.prediction;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/** Makes one sealed Parquet file of several of one schema: copies row groups, decodes nothing. */
record RowGroups(FileSystem fileSystem) {

  /**
   * @param parts a folder of Parquet files, which are joined by name
   * @param footer goes with what the first file's footer has
   */
  void join(Path parts, Path whole, Map<String, String> footer) throws IOException {
    Configuration settings = fileSystem.getConf();
    List<InputFile> files = new ArrayList<>();
    for (FileStatus part : parts(parts)) {
      files.add(HadoopInputFile.fromStatus(part, settings));
    }
    if (files.isEmpty()) {
      throw new FileNotFoundException("no file in " + parts);
    }
    FileMetaData first = fileMetaData(files.get(0));
    try (SealedFile sealed = SealedFile.create(fileSystem, whole)) {
      ParquetFileWriter writer =
          new ParquetFileWriter(
              sealed,
              first.getSchema(),
              ParquetFileWriter.Mode.CREATE,
              ParquetWriter.DEFAULT_BLOCK_SIZE,
              ParquetWriter.MAX_PADDING_SIZE_DEFAULT,
              ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH,
              ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
              true);
      writer.start();
      for (InputFile file : files) {
        writer.appendFile(file);
      }
      Map<String, String> all = new HashMap<>(first.getKeyValueMetaData());
      all.putAll(footer);
      all.put(SealedFile.KEY, SealedFile.UNSEALED);
      sealed.beginFooter();
      writer.end(all);
    }
  }

  private FileStatus[] parts(Path folder) throws IOException {
    FileStatus[] parts = fileSystem.listStatus(folder, path -> path.getName().endsWith(".parquet"));
    Arrays.sort(parts, Comparator.comparing(part -> part.getPath().getName()));
    return parts;
  }

  private static FileMetaData fileMetaData(InputFile file) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(file)) {
      return reader.getFileMetaData();
    }
  }
}
