package dev.lockstep.storage;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** What file systems do differently: making directories, durability and publishing a directory. */
interface Volume {
  /** Schemes whose rename copies file by file. */
  Set<String> OBJECT_STORES =
      Set.of("s3", "s3a", "s3n", "gs", "oss", "obs", "cosn", "wasb", "wasbs", "swift");

  /** Makes the directory and its missing parents. */
  void makeDirectories(Path directory) throws IOException;

  /** Forces the content of all files below the directory to disk, and the directory itself. */
  void sync(Path directory) throws IOException;

  /**
   * Makes the finished directory appear under its final name, whole or not at all.
   *
   * @throws IOException if the name is taken, among others
   */
  void publish(Path from, Path to) throws IOException;

  /**
   * Gives a finished file its final name, in the place of the file that has it: readers who look
   * the name up find the one or the other.
   */
  void replace(Path from, Path to) throws IOException;

  /**
   * Gives a directory or file an unfinished one's name, if that is one operation; its name then.
   */
  Path hide(Path path) throws IOException;

  /**
   * Makes a file and the directories above it.
   *
   * @return false if the name is taken
   */
  boolean createNew(Path file, byte[] content) throws IOException;

  /**
   * What the directory holds, whatever others make and remove in it meanwhile; nothing if there is
   * no such directory.
   */
  List<String> names(Path directory) throws IOException;

  static Volume of(FileSystem fileSystem, Configuration hadoop) throws IOException {
    String scheme = fileSystem.getUri().getScheme();
    if ("file".equals(scheme)) {
      return new LocalVolume();
    }
    if (OBJECT_STORES.contains(scheme)) {
      return new ObjectVolume(fileSystem);
    }
    try {
      return new RenameVolume(FileContext.getFileContext(fileSystem.getUri(), hadoop));
    } catch (UnsupportedFileSystemException e) {
      return new ObjectVolume(fileSystem);
    }
  }
}
