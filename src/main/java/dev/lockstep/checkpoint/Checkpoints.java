package dev.lockstep.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.network.NetworkFile;
import dev.lockstep.storage.AtomicDirectory;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
  private static final String STATE = CheckpointFolder.STATE;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Store store;
  private final CheckpointFolder folder;
  private final Map<String, String> identity;
  private final int keep;

  /**
   * @param identity what must be the same for a run to go on from a checkpoint, by name: config,
   *     data
   * @param keep how many of the newest to keep, beside the best
   */
  public Checkpoints(Store store, String runId, Map<String, String> identity, int keep) {
    this.store = store;
    this.folder = new CheckpointFolder(store, runId);
    this.identity = identity;
    this.keep = keep;
  }

  /** Writes one, then removes those that nothing needs any more. */
  public void write(Checkpoint checkpoint) {
    Path target = folder.path(checkpoint.state().iteration());
    try (AtomicDirectory writing = AtomicDirectory.begin(store, target)) {
      try (OutputStream out = writing.create(NETWORK)) {
        new NetworkFile(checkpoint.blueprint(), checkpoint.state()).write(out);
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
   * The newest whole checkpoint of this config and these data whose best one is whole, too. Newer
   * ones are reported and removed, so that the run can write them again; so is, silently, what a
   * killed attempt had not finished.
   *
   * @param warnings gets a line for each removed one
   * @throws StoreException if a checkpoint of this run id belongs to another config or other data,
   *     or cannot be read now; nothing is removed then
   */
  public Optional<Checkpoint> latest(Consumer<String> warnings) {
    store.sweepWithin(folder.directory());
    List<Integer> found = folder.iterations();
    for (int i = found.size() - 1; i >= 0; i--) {
      try {
        return Optional.of(withBest(found.get(i)));
      } catch (DamagedException e) {
        String next = i == 0 ? "starting from the beginning" : "using the one before it";
        warnings.accept(e.getMessage() + ", " + next);
        folder.remove(found.get(i));
      }
    }
    return Optional.empty();
  }

  /** The checkpoint after {@code iteration} updates. */
  public Checkpoint at(int iteration) {
    try {
      return read(iteration);
    } catch (DamagedException e) {
      throw new StoreException(e.getMessage(), e);
    }
  }

  /**
   * Reads a checkpoint, and the best one so far if it is there: where a better one has taken its
   * place, the run will find that one again.
   */
  private Checkpoint withBest(int iteration) {
    Checkpoint checkpoint = read(iteration);
    Progress.Best best = checkpoint.progress().best();
    if (best != null
        && best.iteration() != iteration
        && folder.iterations().contains(best.iteration())) {
      read(best.iteration());
    }
    return checkpoint;
  }

  private Checkpoint read(int iteration) {
    Path path = folder.path(iteration);
    CommittedDirectory found =
        CommittedDirectory.read(store, path)
            .orElseThrow(() -> new DamagedException(path, "no valid manifest", null));
    checkIdentity(found.manifest().properties());
    try {
      Progress progress = JSON.readValue(found.bytes(STATE), Progress.class);
      NetworkFile file = NetworkFile.read(found.bytes(NETWORK));
      return new Checkpoint(file.blueprint(), file.state(), progress);
    } catch (StoreException e) {
      if (e.isDamage()) {
        throw new DamagedException(path, e.getMessage(), e);
      }
      throw e;
    } catch (IOException e) { // the bytes are those that were written, and make no sense
      throw new DamagedException(path, e.getMessage(), e);
    }
  }

  private void checkIdentity(Map<String, String> found) {
    for (Map.Entry<String, String> wanted : identity.entrySet()) {
      if (!wanted.getValue().equals(found.get(wanted.getKey()))) {
        throw new StoreException(
            "Cannot continue run: its checkpoints in "
                + folder.directory()
                + " were made with another "
                + wanted.getKey()
                + " (use another --run-id)");
      }
    }
  }

  private void prune(Checkpoint newest) {
    Progress.Best best = newest.progress().best();
    List<Integer> found = folder.iterations();
    for (int iteration : found.subList(0, Math.max(0, found.size() - keep))) {
      if (best == null || best.iteration() != iteration) {
        folder.remove(iteration);
      }
    }
  }

  /** A checkpoint without a manifest, or whose files are not what it says. */
  private static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(Path path, String how, Exception cause) {
      super("Invalid checkpoint: " + path + " (" + how + ")", cause);
    }
  }
}
