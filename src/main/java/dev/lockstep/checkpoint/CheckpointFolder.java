package dev.lockstep.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Where a run's checkpoints lie: directories named by the iterations done, whole or not. */
public final class CheckpointFolder {
  static final String STATE = "state.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Store store;
  private final Path directory;

  public CheckpointFolder(Store store, String runId) {
    this.store = store;
    this.directory = store.checkpoints(runId);
  }

  Path directory() {
    return directory;
  }

  public Path path(int iteration) {
    return new Path(directory, Integer.toString(iteration));
  }

  /** All that are there, lowest first. */
  public List<Integer> iterations() {
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

  /**
   * Those that a run can do without when the newest {@code keep} stay, newest first: all but these
   * and the best ones that they name. Removed in this order, what is left at any moment is what a
   * run goes on from.
   */
  public List<Integer> surplus(int keep) {
    List<Integer> found = iterations();
    Set<Integer> needed =
        new HashSet<>(found.subList(Math.max(0, found.size() - keep), found.size()));
    for (int iteration : List.copyOf(needed)) {
      best(iteration).map(Progress.Best::iteration).ifPresent(needed::add);
    }
    List<Integer> surplus = new ArrayList<>(found);
    surplus.removeAll(needed);
    surplus.sort(Comparator.reverseOrder());
    return surplus;
  }

  /** The best epoch that a checkpoint names; empty where it names none or is damaged. */
  private Optional<Progress.Best> best(int iteration) {
    return CommittedDirectory.read(store, path(iteration))
        .flatMap(
            found -> {
              try {
                return Optional.ofNullable(
                    JSON.readValue(found.bytes(STATE), Progress.class).best());
              } catch (StoreException e) {
                if (e.isDamage()) {
                  return Optional.empty();
                }
                throw e;
              } catch (IOException e) { // the bytes are those that were written, and make no sense
                return Optional.empty();
              }
            });
  }

  void remove(int iteration) {
    store.remove(path(iteration));
  }
}
