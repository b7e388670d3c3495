package dev.lockstep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
  private static final Pattern UNFINISHED = Pattern.compile("\\..+\\." + UUID_TEXT);

  private final Path root;
  private final FileSystem fileSystem;
  private final Volume volume;
  private final Fence fence;

  private Store(Path root, FileSystem fileSystem, Volume volume, Fence fence) {
    this.root = root;
    this.fileSystem = fileSystem;
    this.volume = volume;
    this.fence = fence;
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
      FileSystem files = DiskFileSystem.plain(path.getFileSystem(hadoop));
      return new Store(files.makeQualified(path), files, Volume.of(files, hadoop), Fence.NONE);
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

  /** Whether a rename there is one operation, as far as the URI tells: object stores copy. */
  public static boolean renamesAtomically(String uri) {
    String scheme = new Path(uri).toUri().getScheme();
    return scheme == null || !Volume.OBJECT_STORES.contains(scheme);
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
      probe(probe);
      return this;
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException("Cannot write store: " + root + " (" + Causes.inWords(e) + ")", e);
    } finally {
      removeEmpty(made);
    }
  }

  private void probe(Path probe) throws IOException {
    try (OutputStream stream = fileSystem.create(probe, false)) {
      stream.write(0);
    } catch (IOException e) {
      removeHalf(probe, e);
      throw e;
    }
    if (!fileSystem.delete(probe, false)) {
      throw new IOException("a file written there cannot be deleted");
    }
  }

  private void removeHalf(Path file, IOException failure) {
    try {
      fileSystem.delete(file, false);
    } catch (IOException again) {
      failure.addSuppressed(again);
    }
  }

  /**
   * Asks whether the caller may write: tells a driver whose work was swept away from one that has
   * failed.
   *
   * @throws StoreException if another driver has taken over
   */
  public void checkFence() {
    fence.check();
  }

  /** The same store, where directories are committed and deleted only while the fence is open. */
  public Store fenced(Fence more) {
    return new Store(root, fileSystem, volume, fence.and(more));
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

  /** A version of a model. */
  public Path version(String model, String version) {
    return new Path(models(model), checked(version));
  }

  /** The parent of a model's predictions by date. */
  public Path predictions(String model) {
    return new Path(new Path(root, "predictions"), checked(model));
  }

  /** Who works on a run. */
  public Path runLease(String runId) {
    return new Path(new Path(leases(), "runs"), checked(runId));
  }

  /** Who works on a line of models. */
  public Path modelLease(String model) {
    return new Path(new Path(leases(), "models"), checked(model));
  }

  /**
   * Who writes predictions.
   *
   * @param folder of a date, within {@link #predictions}
   */
  public Path predictionsLease(String model, String folder) {
    return new Path(new Path(leases(), "predictions"), checked(model) + "." + folder);
  }

  /** The parent of all leases. */
  public Path leases() {
    return new Path(root, "leases");
  }

  /** The parent of a model's cards by version. */
  public Path cards(String model) {
    return new Path(new Path(root, "cards"), checked(model));
  }

  /** Pages for people. */
  public Path reports() {
    return new Path(root, "reports");
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
    fence.check();
    Pattern unfinished = Pattern.compile("\\." + targets + "\\." + UUID_TEXT);
    try {
      for (FileStatus child : list(directory)) {
        if (unfinished.matcher(child.getPath().getName()).matches()) {
          fileSystem.delete(child.getPath(), true);
        }
      }
    } catch (IOException e) {
      throw new StoreException("Cannot sweep: " + directory + " (" + Causes.inWords(e) + ")", e);
    }
  }

  /**
   * Moves a finished file to a name where another may be: who opens the name gets the old file or
   * the new one, at any moment, wherever the process is killed.
   *
   * @param from a file of the store
   * @throws StoreException if that fails; the name has then what it had
   */
  public void replaceFile(Path from, Path to) {
    fence.check();
    try {
      volume.makeDirectories(to.getParent());
      volume.replace(from, to);
    } catch (IOException e) {
      throw new StoreException("Failed to write: " + to + " (" + Causes.inWords(e) + ")", e);
    }
  }

  /** Whether a name is that of a directory which was being written, or removed. */
  public static boolean isUnfinished(String name) {
    return UNFINISHED.matcher(name).matches();
  }

  /** What lies in a directory; nothing if there is none. */
  public List<FileStatus> children(Path directory) {
    try {
      return list(directory);
    } catch (IOException e) {
      throw new StoreException("Cannot list: " + directory + " (" + Causes.inWords(e) + ")", e);
    }
  }

  private List<FileStatus> list(Path directory) throws IOException {
    try {
      return List.of(fileSystem.listStatus(directory));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /**
   * Removes a directory or file such that a kill in the middle leaves nothing that a reader would
   * take for whole: its manifest goes first, then, where a rename is one operation, its name, then
   * the rest.
   *
   * @throws StoreException if that fails, or the fence is closed
   */
  public void remove(Path path) {
    fence.check();
    try {
      fileSystem.delete(new Path(path, Manifest.NAME), false);
      fileSystem.delete(volume.hide(path), true);
    } catch (IOException e) {
      throw new StoreException("Cannot remove: " + path + " (" + Causes.inWords(e) + ")", e);
    }
  }

  /** A name that readers pass over and that {@link #sweep} finds. */
  static Path unfinished(Path target) {
    return new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID());
  }

  /**
   * Makes a file with this content, and the directories above it, unless there is such a file.
   *
   * @return false if there is; of several callers exactly one gets true, on object stores at least
   *     one
   */
  public boolean createNew(Path file, byte[] content) throws IOException {
    return volume.createNew(file, content);
  }

  /**
   * What the directory holds, whatever other drivers make and remove in it meanwhile; nothing if
   * there is no such directory.
   */
  public List<String> names(Path directory) throws IOException {
    return volume.names(directory);
  }

  Fence fence() {
    return fence;
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

  /** Whether a run or model may be called so: it is safe as a directory's name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
  }

  private static String checked(String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "Invalid name in store: '" + name + "' (letters, digits, '.', '_', '-' only)");
    }
    return name;
  }
}
