package dev.lockstep.pipeline;

import dev.lockstep.storage.Sha256;
import dev.lockstep.storage.StoreException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Whether a source's files have changed, without reading them. */
final class SourceState {
  private SourceState() {}

  /**
   * SHA-256 in hex over each file's name, length and time of change; the same in any order.
   *
   * @param files Hadoop URIs
   */
  static String of(List<String> files, Configuration hadoop) {
    Set<String> lines = new TreeSet<>();
    try {
      for (String file : files) {
        Path path = new Path(URI.create(file));
        FileStatus status = path.getFileSystem(hadoop).getFileStatus(path);
        lines.add(file + " " + status.getLen() + " " + status.getModificationTime());
      }
      byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
      return Sha256.of("", new ByteArrayInputStream(bytes)).sha256();
    } catch (IOException e) {
      throw new StoreException("Cannot read source: " + e.getMessage(), e);
    }
  }
}
