package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * A file anywhere on Hadoop's file systems that is replaced as a whole: readers see what was there
 * before or all of the new content.
 */
public final class AtomicFile {
  private final Path path;
  private final FileSystem fileSystem;

  private AtomicFile(Path path, FileSystem fileSystem) {
    this.path = path;
    this.fileSystem = fileSystem;
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
      FileSystem fileSystem = path.getFileSystem(hadoop);
      // Checksum side files would outlive what they are of.
      FileSystem plain = fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
      return new AtomicFile(plain.makeQualified(path), plain);
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
    try {
      fileSystem.mkdirs(path.getParent());
      if (Volume.OBJECT_STORES.contains(fileSystem.getUri().getScheme())) {
        put(path, content); // such a file appears when its stream is closed
        return;
      }
      Path unfinished = new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID());
      try {
        put(unfinished, content);
        FileContext.getFileContext(fileSystem.getUri(), fileSystem.getConf())
            .rename(unfinished, path, Options.Rename.OVERWRITE);
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
