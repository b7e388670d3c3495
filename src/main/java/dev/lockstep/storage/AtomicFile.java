package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file anywhere on Hadoop's file systems that is replaced as a whole: readers see what was there
 * before or all of the new content.
 */
public final class AtomicFile {
  private final Path path;
  private final FileSystem fileSystem;
  private final Volume volume;

  private AtomicFile(Path path, FileSystem fileSystem, Volume volume) {
    this.path = path;
    this.fileSystem = fileSystem;
    this.volume = volume;
  }

  /**
   * Touches nothing.
   *
   * @param uri a Hadoop URI, or a path on the configuration's default file system
   * @throws StoreException if no such file system is known or reachable
   */
  public static AtomicFile at(String uri, Configuration hadoop) {
    try {
      Path path = new Path(uri);
      FileSystem files = DiskFileSystem.plain(path.getFileSystem(hadoop));
      return new AtomicFile(files.makeQualified(path), files, Volume.of(files, hadoop));
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException("Cannot write: " + uri + " (" + Causes.inWords(e) + ")", e);
    }
  }

  /**
   * Writes the file, and its folder where it is missing.
   *
   * @throws StoreException if that fails; the file is then as it was
   */
  public void write(byte[] content) {
    Path unfinished = Store.unfinished(path);
    try {
      volume.makeDirectories(path.getParent());
      try {
        put(unfinished, content);
        volume.replace(unfinished, path);
      } catch (IOException | RuntimeException e) {
        fileSystem.delete(unfinished, false);
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      throw new StoreException("Failed to write: " + path + " (" + Causes.inWords(e) + ")", e);
    }
  }

  private void put(Path target, byte[] content) throws IOException {
    try (OutputStream out = fileSystem.create(target, true)) {
      out.write(content);
    }
  }
}
