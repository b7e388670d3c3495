package dev.lockstep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.security.Principal;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system with permissions read and set by Java. Hadoop starts a process for
 * each of them ({@code ls}, {@code chmod}) where its native library is not there, as in a process
 * that runs from a jar.
 */
public final class DirectLocalFileSystem extends LocalFileSystem {

  /** For Hadoop, which is told the name of this class ({@code fs.file.impl}). */
  public DirectLocalFileSystem() {
    super(new Raw());
  }

  private static final class Raw extends RawLocalFileSystem {

    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      Files.setAttribute(local(path), "unix:mode", (int) permission.toShort());
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      Map<String, Object> attributes;
      try {
        attributes = Files.readAttributes(local(path), "unix:*");
      } catch (NoSuchFileException e) {
        throw new FileNotFoundException("File " + path + " does not exist");
      }
      return new FileStatus(
          (long) attributes.get("size"),
          (boolean) attributes.get("isDirectory"),
          1,
          getDefaultBlockSize(path),
          ((FileTime) attributes.get("lastModifiedTime")).toMillis(),
          ((FileTime) attributes.get("lastAccessTime")).toMillis(),
          FsPermission.createImmutable((short) ((int) attributes.get("mode") & 07777)),
          ((Principal) attributes.get("owner")).getName(),
          ((Principal) attributes.get("group")).getName(),
          path.makeQualified(getUri(), getWorkingDirectory()));
    }

    private java.nio.file.Path local(Path path) {
      return pathToFile(path).toPath();
    }
  }
}
