package dev.lockstep.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A directory that appears whole or never: written under a hidden name beside its target, then
 * renamed. After a failed commit nothing of it remains. Not for use by several threads at once.
 */
public final class AtomicDirectory implements AutoCloseable {
  /** Reads files of a directory. */
  public interface Digests {
    /**
     * Length and SHA-256 of each file.
     *
     * @param names relative to the directory
     */
    List<ManifestFile> of(Path directory, List<String> names) throws IOException;
  }

  private final Store store;
  private final Path target;
  private final Path path;
  private final Map<String, ManifestFile> created = new HashMap<>();
  private boolean open = true;

  private AtomicDirectory(Store store, Path target, Path path) {
    this.store = store;
    this.target = target;
    this.path = path;
  }

  /** Makes an empty directory {@code .<name>.<uuid>} beside the target. */
  public static AtomicDirectory begin(Store store, Path target) {
    Path path = Store.unfinished(target);
    try {
      store.volume().makeDirectories(path);
      return new AtomicDirectory(store, target, path);
    } catch (IOException e) {
      throw failure("write", target, e);
    }
  }

  /** Where files go until commit; also for files that Spark's executors write. */
  public Path path() {
    return path;
  }

  /**
   * A new file whose bytes are on disk once the stream is closed. The stream throws StoreException.
   *
   * @param name relative to the directory, with {@code /} between names
   */
  public OutputStream create(String name) {
    checkOpen();
    try {
      return new HashingOutputStream(
          store.fileSystem().create(new Path(path, checked(name)), false),
          name,
          file -> created.put(name, file),
          e -> failure("write", new Path(target, name), e));
    } catch (IOException e) {
      throw failure("write", new Path(target, name), e);
    }
  }

  /**
   * Writes the manifest over all files, then renames the directory to its target. A target without
   * valid manifest, left by a broken copy or disk, is removed first.
   *
   * @throws StoreException if the target exists already, or cannot be written, or the store's fence
   *     is closed
   */
  public void commit(Map<String, String> properties) {
    commit(properties, this::digests);
  }

  /**
   * The same with other hands for what others have written: files are hashed once they are all
   * there, and many of them by many hands.
   */
  public void commit(Map<String, String> properties, Digests digests) {
    checkOpen();
    try {
      writeManifest(properties, digests);
      store.fence().check();
      makeRoom();
      publish();
      open = false;
    } catch (IOException e) {
      throw abandon(failure("commit", target, e));
    } catch (RuntimeException e) {
      throw abandon(e);
    }
  }

  /** Removes all that was written; after a commit it does nothing. */
  public void abort() {
    if (open) {
      open = false;
      try {
        store.fileSystem().delete(path, true);
      } catch (IOException e) {
        throw failure("clean", path, e);
      }
    }
  }

  /** Aborts unless committed. */
  @Override
  public void close() {
    abort();
  }

  private void writeManifest(Map<String, String> properties, Digests digests) throws IOException {
    dropChecksumFiles();
    store.volume().sync(path);
    byte[] manifest = new Manifest(describe(digests), properties).toJson();
    try (OutputStream stream = create(Manifest.NAME)) {
      stream.write(manifest);
    }
    store.volume().sync(path);
  }

  /** Looks for the target before its manifest: what another writer publishes meanwhile stays. */
  private void makeRoom() throws IOException {
    if (store.fileSystem().exists(target)) {
      if (CommittedDirectory.read(store, target).isPresent()) {
        throw taken(null);
      }
      store.fileSystem().delete(target, true);
    }
  }

  private void publish() throws IOException {
    try {
      store.volume().publish(path, target);
    } catch (IOException e) {
      if (CommittedDirectory.read(store, target).isPresent()) {
        throw taken(e);
      }
      throw e;
    }
  }

  private RuntimeException abandon(RuntimeException failure) {
    try {
      abort();
    } catch (StoreException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private List<ManifestFile> describe(Digests digests) throws IOException {
    List<ManifestFile> files = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (Path file : files()) {
      String name = path.toUri().relativize(file.toUri()).getPath();
      ManifestFile known = created.get(name);
      if (known != null) {
        files.add(known);
      } else {
        others.add(name);
      }
    }
    files.addAll(digests.of(path, others));
    return files;
  }

  private List<ManifestFile> digests(Path directory, List<String> names) throws IOException {
    List<ManifestFile> files = new ArrayList<>();
    for (String name : names) {
      files.add(Sha256.of(name, store.fileSystem().open(new Path(directory, name))));
    }
    return files;
  }

  /**
   * Hadoop's local file system, which Spark writes through, leaves a {@code .x.crc} beside each x.
   */
  private void dropChecksumFiles() throws IOException {
    for (Path file : files()) {
      if (file.getName().startsWith(".") && file.getName().endsWith(".crc")) {
        store.fileSystem().delete(file, false);
      }
    }
  }

  private List<Path> files() throws IOException {
    FileSystem fileSystem = store.fileSystem();
    List<Path> files = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> listing = fileSystem.listFiles(path, true);
    while (listing.hasNext()) {
      FileStatus file = listing.next();
      files.add(file.getPath());
    }
    return files;
  }

  private StoreException taken(IOException cause) {
    return new StoreException("Cannot commit: " + target + " (it exists already)", cause);
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("Cannot write: " + path + " (committed or aborted)");
    }
  }

  private static String checked(String name) {
    if (!Manifest.isWithin(name)) {
      throw new IllegalArgumentException("Invalid file name: '" + name + "' (must be relative)");
    }
    return name;
  }

  private static StoreException failure(String verb, Path what, IOException cause) {
    return new StoreException(
        "Cannot " + verb + ": " + what + " (" + Causes.inWords(cause) + ")", cause);
  }
}
