package dev.lockstep.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.network.NetworkFile;
import dev.lockstep.storage.AtomicDirectory;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A run's checkpoints: {@code <run>/<iteration>/{network.zip, state.json, manifest.json}}, each
 * whole or absent.
 *
 * <p>{@code network.zip} is DL4J's own format with the updater's state: plain DL4J opens it and
 * trains on.
 */
public final class Checkpoints {
  private static final String NETWORK = "network.zip";
  private static final String STATE = "state.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Store store;
  private final Path directory;
  private final Map<String, String> identity;
  private final int keep;

  /**
   * @param identity what must be the same for a run to go on from a checkpoint, by name: config,
   *     data
   * @param keep how many of the newest to keep, beside the best
   */
  public Checkpoints(Store store, String runId, Map<String, String> identity, int keep) {
    this.store = store;
    this.directory = store.checkpoints(runId);
    this.identity = identity;
    this.keep = keep;
  }

  /** Writes one, then removes those that nothing needs any more. */
  public void write(Checkpoint checkpoint) {
    Path target = path(checkpoint.state().iteration());
    try (AtomicDirectory writing = AtomicDirectory.begin(store, target)) {
      try (OutputStream out = writing.create(NETWORK)) {
        NetworkFile.write(checkpoint.blueprint().build(checkpoint.state()), out);
      }
      try (OutputStream out = writing.create(STATE)) {
        out.write(JSON.writeValueAsBytes(checkpoint.progress()));
      }
      writing.commit(identity);
    } catch (IOException e) {
      throw new StoreException("Failed to write checkpoint: " + target + " (" + e + ")", e);
    }
    prune(checkpoint);
  }

  /**
   * The newest whole checkpoint of this config and these data. Newer ones that are damaged are
   * reported and removed, so that the run can write them again.
   *
   * @param warnings gets a line for each damaged one
   * @throws StoreException if a checkpoint of this run id belongs to another config or other data
   */
  public Optional<Checkpoint> latest(Consumer<String> warnings) {
    List<Integer> found = iterations();
    for (int i = found.size() - 1; i >= 0; i--) {
      try {
        Optional<Checkpoint> read = read(found.get(i));
        if (read.isPresent()) {
          return read;
        }
      } catch (DamagedException e) {
        warnings.accept(e.getMessage() + ", using the one before it");
        CommittedDirectory.read(store, path(found.get(i))).ifPresent(CommittedDirectory::delete);
      }
    }
    return Optional.empty();
  }

  /** The checkpoint after {@code iteration} updates. */
  public Checkpoint at(int iteration) {
    return read(iteration)
        .orElseThrow(() -> new StoreException("Missing checkpoint: " + path(iteration)));
  }

  private Optional<Checkpoint> read(int iteration) {
    Optional<CommittedDirectory> found = CommittedDirectory.read(store, path(iteration));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    checkIdentity(found.get().manifest().properties());
    try {
      Progress progress = JSON.readValue(found.get().bytes(STATE), Progress.class);
      NetworkFile file = NetworkFile.read(found.get().bytes(NETWORK));
      return Optional.of(new Checkpoint(file.blueprint(), file.state(), progress));
    } catch (IOException | StoreException e) {
      throw new DamagedException(path(iteration), e);
    }
  }

  private void checkIdentity(Map<String, String> found) {
    for (Map.Entry<String, String> wanted : identity.entrySet()) {
      if (!wanted.getValue().equals(found.get(wanted.getKey()))) {
        throw new StoreException(
            "Cannot continue run: its checkpoints in "
                + directory
                + " were made with another "
                + wanted.getKey()
                + " (use another --run-id)");
      }
    }
  }

  private void prune(Checkpoint newest) {
    Progress.Best best = newest.progress().best();
    List<Integer> found = iterations();
    for (int iteration : found.subList(0, Math.max(0, found.size() - keep))) {
      if (best == null || best.iteration() != iteration) {
        CommittedDirectory.read(store, path(iteration)).ifPresent(CommittedDirectory::delete);
      }
    }
  }

  /** Of all directories with a number for a name, lowest first. */
  private List<Integer> iterations() {
    List<Integer> iterations = new ArrayList<>();
    try {
      for (FileStatus status : store.fileSystem().listStatus(directory)) {
        String name = status.getPath().getName();
        if (name.matches("[0-9]{1,9}")) {
          iterations.add(Integer.valueOf(name));
        }
      }
    } catch (FileNotFoundException e) {
      return iterations;
    } catch (IOException e) {
      throw new StoreException("Failed to list checkpoints: " + directory + " (" + e + ")", e);
    }
    iterations.sort(Comparator.naturalOrder());
    return iterations;
  }

  private Path path(int iteration) {
    return new Path(directory, Integer.toString(iteration));
  }

  /** A checkpoint whose files are not what its manifest says. */
  private static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(Path path, Exception cause) {
      super("Invalid checkpoint: " + path + " (" + cause.getMessage() + ")", cause);
    }
  }
}
