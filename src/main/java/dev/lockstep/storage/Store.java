package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** The root of everything that Lockstep writes, on any Hadoop file system, and its layout. */
public final class Store {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final String UUID_TEXT = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final Path root;
  private final FileSystem fileSystem;
  private final Volume volume;

  private Store(Path root, FileSystem fileSystem, Volume volume) {
    this.root = root;
    this.fileSystem = fileSystem;
    this.volume = volume;
  }

  /**
   * Touches nothing; see {@link #checkWritable}.
   *
   * @param root a Hadoop URI, or a path on the configuration's default file system
   * @throws StoreException if no such file system is known or reachable
   */
  public static Store open(String root, Configuration hadoop) {
    try {
      Path path = directory(root);
      FileSystem fileSystem = path.getFileSystem(hadoop);
      // Checksum side files would double what the manifest says.
      FileSystem plain = fileSystem instanceof LocalFileSystem local ? local.getRaw() : fileSystem;
      return new Store(plain.makeQualified(path), plain, Volume.of(plain, hadoop));
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException("Cannot open store: " + root + " (" + Causes.inWords(e) + ")", e);
    }
  }

  /**
   * Asks the root's file system for the root, over a connection of its own; a local one needs none.
   *
   * @throws StoreException if it does not answer
   */
  public static void checkReachable(String root, Configuration hadoop) {
    try {
      Path path = directory(root);
      if (!(path.getFileSystem(hadoop) instanceof LocalFileSystem)) {
        try (FileSystem own = FileSystem.newInstance(path.toUri(), hadoop)) {
          own.exists(path);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException("Cannot open store: " + root + " (" + Causes.inWords(e) + ")", e);
    }
  }

  /**
   * Writes and removes a file at the root, and leaves nothing behind.
   *
   * @return this
   * @throws StoreException if that fails
   */
  public Store checkWritable() {
    Deque<Path> made = new ArrayDeque<>();
    Path probe = new Path(root, ".probe." + UUID.randomUUID());
    try {
      for (Path path = root; path != null && !fileSystem.exists(path); path = path.getParent()) {
        made.addLast(path);
      }
      volume.makeDirectories(root);
      try (OutputStream stream = fileSystem.create(probe, false)) {
        stream.write(0);
      }
      if (!fileSystem.delete(probe, false)) {
        throw new IOException("a file written there cannot be deleted");
      }
      return this;
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException("Cannot write store: " + root + " (" + Causes.inWords(e) + ")", e);
    } finally {
      removeEmpty(made);
    }
  }

  public Path root() {
    return root;
  }

  /** Prepared data of a run. */
  public Path prepared(String runId) {
    return new Path(new Path(root, "prepared"), checked(runId));
  }

  /** The parent of a run's checkpoints. */
  public Path checkpoints(String runId) {
    return new Path(new Path(root, "checkpoints"), checked(runId));
  }

  /** The parent of a model's versions. */
  public Path models(String model) {
    return new Path(new Path(root, "models"), checked(model));
  }

  /** The parent of a model's predictions by date. */
  public Path predictions(String model) {
    return new Path(new Path(root, "predictions"), checked(model));
  }

  /** The Iceberg tables. */
  public Path warehouse() {
    return new Path(root, "warehouse");
  }

  /** On a local disk the one without checksum side files. */
  public FileSystem fileSystem() {
    return fileSystem;
  }

  /**
   * Removes what killed attempts at the target left: unfinished directories beside it. An attempt
   * that still runs loses its directory and cannot commit any more, so only the owner of the target
   * may call this.
   */
  public void sweep(Path target) {
    sweep(target.getParent(), Pattern.quote(target.getName()));
  }

  /** The same for all targets in a directory; for the owner of them all. */
  public void sweepWithin(Path directory) {
    sweep(directory, ".+");
  }

  private void sweep(Path directory, String targets) {
    Pattern unfinished = Pattern.compile("\\." + targets + "\\." + UUID_TEXT);
    try {
      if (!fileSystem.exists(directory)) {
        return;
      }
      for (FileStatus child : fileSystem.listStatus(directory)) {
        if (unfinished.matcher(child.getPath().getName()).matches()) {
          fileSystem.delete(child.getPath(), true);
        }
      }
    } catch (IOException e) {
      throw new StoreException("Cannot sweep: " + directory + " (" + Causes.inWords(e) + ")", e);
    }
  }

  /** HDFS knows no path without a slash, which {@code hdfs://namenode:port} has none of. */
  private static Path directory(String root) {
    Path path = new Path(root);
    return path.toUri().getPath().isEmpty() ? new Path(path, "/") : path;
  }

  Volume volume() {
    return volume;
  }

  private void removeEmpty(Deque<Path> directories) {
    for (Path directory : directories) {
      try {
        if (fileSystem.exists(directory) && fileSystem.listStatus(directory).length == 0) {
          fileSystem.delete(directory, false);
        }
      } catch (IOException e) {
        return; // the store's own failure has been said, or another writer is using it already
      }
    }
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "Invalid name in store: '" + name + "' (letters, digits, '.', '_', '-' only)");
    }
    return name;
  }
}
