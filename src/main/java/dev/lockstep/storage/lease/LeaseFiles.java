package dev.lockstep.storage.lease;

import dev.lockstep.storage.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The files of one lease, named by generation; the newest counts. */
final class LeaseFiles {
  private static final int TRIES = 10;

  private final Store store;
  private final Path directory;

  LeaseFiles(LeaseName name) {
    this.store = name.store();
    this.directory = name.directory();
  }

  OptionalLong newest() throws IOException {
    return generations().max();
  }

  /** Empty if there is no such file (any more). */
  Optional<byte[]> read(long generation) throws IOException {
    try (InputStream stream = fileSystem().open(path(generation))) {
      return Optional.of(stream.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** False if another driver was faster. */
  boolean create(long generation, LeaseRecord record) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return store.createNew(path(generation), record.toJson());
      } catch (IOException e) {
        // Whoever ends its lease removes the empty directory, perhaps in this moment.
        if (attempt == TRIES || fileSystem().exists(directory)) {
          throw e;
        }
      }
    }
  }

  /** Not atomic: a reader may find the file short, and will find it whole soon after. */
  void overwrite(long generation, LeaseRecord record) throws IOException {
    try (OutputStream stream = fileSystem().create(path(generation), true)) {
      stream.write(record.toJson());
    }
  }

  /** How long ago the file was written, by the clock of the store alone. */
  Duration age(long generation) throws IOException {
    Path probe = new Path(directory, ".now." + UUID.randomUUID());
    try {
      store.createNew(probe, new byte[0]);
      long now = fileSystem().getFileStatus(probe).getModificationTime();
      return Duration.ofMillis(
          now - fileSystem().getFileStatus(path(generation)).getModificationTime());
    } catch (FileNotFoundException e) {
      return Duration.ZERO;
    } finally {
      fileSystem().delete(probe, false);
    }
  }

  void removeBefore(long generation) throws IOException {
    for (long old : generations().filter(found -> found < generation).toArray()) {
      fileSystem().delete(path(old), false);
    }
  }

  /** Removes the file, and the directories above it that are empty then. */
  void remove(long generation) throws IOException {
    fileSystem().delete(path(generation), false);
    Path empty = directory;
    while (!empty.equals(store.root()) && removeIfEmpty(empty)) {
      empty = empty.getParent();
    }
  }

  private boolean removeIfEmpty(Path candidate) {
    try {
      return store.names(candidate).isEmpty() && fileSystem().delete(candidate, false);
    } catch (IOException e) {
      return false; // another driver has put a file there, or removed the directory
    }
  }

  private LongStream generations() throws IOException {
    return store.names(directory).stream()
        .filter(name -> name.matches("[0-9]{1,18}"))
        .mapToLong(Long::parseLong);
  }

  private Path path(long generation) {
    return new Path(directory, Long.toString(generation));
  }

  private FileSystem fileSystem() {
    return store.fileSystem();
  }
}
