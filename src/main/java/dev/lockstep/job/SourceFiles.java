package dev.lockstep.job;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The Parquet files of a source, as Spark finds them: at any depth, hidden ones left out. */
final class SourceFiles {
  private SourceFiles() {}

  /** None where there is no such folder. */
  static List<FileStatus> below(Path root, Configuration hadoop) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    FileSystem files = root.getFileSystem(hadoop);
    Deque<Path> folders = new ArrayDeque<>();
    if (files.exists(root)) {
      folders.add(root);
    }
    while (!folders.isEmpty()) {
      for (FileStatus status : files.listStatus(folders.remove())) {
        if (isHidden(status.getPath())) {
          continue;
        }
        if (status.isDirectory()) {
          folders.add(status.getPath());
        } else if (status.getPath().getName().endsWith(".parquet")) {
          found.add(status);
        }
      }
    }
    return found;
  }

  private static boolean isHidden(Path path) {
    return path.getName().startsWith("_") || path.getName().startsWith(".");
  }
}
