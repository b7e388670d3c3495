package dev.lockstep.storage;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** A directory that {@link AtomicDirectory} has committed, and so has a valid manifest. */
public final class CommittedDirectory {
  private final Store store;
  private final Path path;
  private final Manifest manifest;

  private CommittedDirectory(Store store, Path path, Manifest manifest) {
    this.store = store;
    this.path = path;
    this.manifest = manifest;
  }

  /**
   * Reads the manifest alone; empty when there is none or a damaged one.
   *
   * @throws StoreException if the store cannot be read now
   */
  public static Optional<CommittedDirectory> read(Store store, Path directory) {
    try (InputStream stream = store.fileSystem().open(new Path(directory, Manifest.NAME))) {
      return Manifest.fromJson(stream.readAllBytes())
          .map(manifest -> new CommittedDirectory(store, directory, manifest));
    } catch (IOException e) {
      if (Causes.isDamage(e)) {
        return Optional.empty();
      }
      throw new StoreException("Cannot read: " + directory + " (" + Causes.inWords(e) + ")", e);
    }
  }

  public Manifest manifest() {
    return manifest;
  }

  public Path path() {
    return path;
  }

  /**
   * Reads every file and compares its length and SHA-256.
   *
   * @throws StoreException that names the first file that is missing or differs, or that the
   *     manifest does not list
   */
  public void verify() {
    verify("");
  }

  /** The same of the files whose path begins so. */
  public void verify(String prefix) {
    checkListing(prefix);
    manifest.files().stream()
        .map(ManifestFile::path)
        .filter(name -> name.startsWith(prefix))
        .forEach(this::verifyFile);
  }

  /**
   * Compares what lies in the directory with the manifest, by name: who reads a folder as a whole,
   * as Spark does, would read what was put there later. Hidden files nobody reads.
   *
   * @param prefix of the paths that matter
   * @throws StoreException that names the first file that the manifest does not list
   */
  public void checkListing(String prefix) {
    Set<String> listed =
        manifest.files().stream().map(ManifestFile::path).collect(Collectors.toSet());
    names().stream()
        .filter(name -> name.startsWith(prefix) && !listed.contains(name) && !isHidden(name))
        .sorted()
        .findFirst()
        .ifPresent(
            name -> {
              throw StoreException.ofDamage(
                  "Unknown file: " + new Path(path, name) + " (not in the manifest)", null);
            });
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    URI root = store.fileSystem().makeQualified(path).toUri(); // as those of the files found
    try {
      RemoteIterator<LocatedFileStatus> files = store.fileSystem().listFiles(path, true);
      while (files.hasNext()) {
        Path file = files.next().getPath();
        names.add(root.relativize(file.toUri()).getPath());
      }
      return names;
    } catch (IOException e) {
      throw new StoreException("Cannot list: " + path + " (" + Causes.inWords(e) + ")", e);
    }
  }

  private static boolean isHidden(String name) {
    return name.equals(Manifest.NAME) || name.startsWith(".") || name.contains("/.");
  }

  /** The same as {@link #verify()} of one file. */
  public void verifyFile(String name) {
    ManifestFile expected = listed(name);
    try (InputStream stream = open(name)) {
      check(expected, Sha256.of(name, stream));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * A file's content, unverified.
   *
   * @throws StoreException if the manifest does not list it, or the store does not have it
   */
  public InputStream open(String name) {
    listed(name);
    try {
      return store.fileSystem().open(new Path(path, name));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * A file's content, compared with the manifest.
   *
   * @throws StoreException if it is missing or differs
   */
  public byte[] bytes(String name) {
    try (InputStream stream = open(name)) {
      byte[] bytes = stream.readAllBytes();
      check(listed(name), new ManifestFile(name, bytes.length, Sha256.of(bytes)));
      return bytes;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /** Removes the directory, as {@link Store#remove} does. */
  public void delete() {
    store.remove(path);
  }

  private ManifestFile listed(String name) {
    return manifest
        .file(name)
        .orElseThrow(
            () ->
                StoreException.ofDamage(
                    "Missing file: " + new Path(path, name) + " (not in the manifest)", null));
  }

  private void check(ManifestFile expected, ManifestFile actual) {
    if (actual.length() != expected.length()) {
      throw damaged(expected, actual.length() + " bytes, the manifest says " + expected.length());
    }
    if (!actual.sha256().equals(expected.sha256())) {
      throw damaged(expected, "its SHA-256 is not the manifest's");
    }
  }

  private StoreException damaged(ManifestFile file, String how) {
    return StoreException.ofDamage(
        "Invalid file: " + new Path(path, file.path()) + " (" + how + ")", null);
  }

  private StoreException unreadable(String name, IOException cause) {
    String what = Causes.isMissing(cause) ? "Missing file: " : "Cannot read: ";
    String problem = what + new Path(path, name) + " (" + Causes.inWords(cause) + ")";
    return Causes.isDamage(cause)
        ? StoreException.ofDamage(problem, cause)
        : new StoreException(problem, cause);
  }
}
