package dev.lockstep.metrics;

import dev.lockstep.storage.Causes;
import dev.lockstep.storage.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FSError;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CleanableFailure;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.StrictMetricsEvaluator;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Replaces the rows that a filter matches by others, in one commit.
 *
 * <p>Whatever files the rows lie in: a file that holds only matching rows leaves the table, and of
 * one that matches in part (a compacted file of many epochs, say) the other rows are written anew
 * in the same commit. The commit is serializable: when another writer has added rows that the
 * filter may match, or has touched a file that this replacement touches, it fails as a whole, and
 * the replacement starts again from the table as it is then.
 */
final class RowReplacement<R extends java.lang.Record> {
  /** Conflicts in a row before giving up; each one means that another writer went ahead. */
  private static final int MAX_ATTEMPTS = 100;

  private final Table table;
  private final RowFormat<R> format;
  private final Expression filter;

  RowReplacement(Table table, RowFormat<R> format, Expression filter) {
    this.table = table;
    this.format = format;
    this.filter = filter;
  }

  /**
   * Replaces the matching rows by the given ones.
   *
   * @throws IllegalArgumentException if the filter does not match a given row
   * @throws StoreException if the table cannot be read or written, or the outcome is unknown
   */
  void by(List<R> rows) {
    repeat(() -> commit(plan(matching -> rows, this::matchesPartly)));
  }

  /**
   * Replaces the matching rows by what the change makes of them; after a conflict it is asked anew.
   * Nothing is committed if it changes nothing.
   *
   * @throws IllegalArgumentException if the filter does not match a row of the result
   * @throws StoreException if the table cannot be read or written, or the outcome is unknown
   */
  void change(UnaryOperator<List<R>> change) {
    repeat(() -> commit(plan(change, task -> true)));
  }

  /** The files that go and those that come, as of one snapshot (null: the table was empty). */
  private record Plan(Long snapshotId, List<DataFile> replaced, List<DataFile> added) {}

  private interface Attempt {
    void run() throws IOException;
  }

  private void repeat(Attempt attempt) {
    for (int number = 1; ; number++) {
      try {
        attempt.run();
        return;
      } catch (ValidationException | CommitFailedException conflict) {
        if (number == MAX_ATTEMPTS) {
          throw failed(conflict);
        }
      } catch (FencedOperations.ClosedException e) {
        throw e.reason();
      } catch (CommitStateUnknownException e) {
        throw new StoreException(
            "Unknown outcome of a commit to %s: %s (no file was removed; a rerun is safe)"
                .formatted(table.name(), inOneLine(e)),
            e);
      } catch (IOException | UncheckedIOException | NotFoundException | FSError e) {
        throw failed(e);
      }
    }
  }

  private Plan plan(UnaryOperator<List<R>> change, Predicate<FileScanTask> mustRead)
      throws IOException {
    table.refresh();
    Snapshot snapshot = table.currentSnapshot();
    Long snapshotId = snapshot == null ? null : snapshot.snapshotId();
    Predicate<Record> matches = matcher();
    List<R> matching = new ArrayList<>();
    List<Record> written = new ArrayList<>();
    List<DataFile> replaced = new ArrayList<>();
    boolean allRead = true;
    for (FileScanTask task : tasks(snapshotId)) {
      boolean touched = true;
      if (mustRead.test(task)) {
        List<Record> others = new ArrayList<>();
        int before = matching.size();
        for (Record row : DataFileRows.read(table, task)) {
          if (matches.test(row)) {
            matching.add(format.toRow(row));
          } else {
            others.add(row);
          }
        }
        touched = matching.size() > before;
        written.addAll(touched ? others : List.of());
      } else {
        allRead = false;
      }
      if (touched) {
        replaced.add(task.file());
      }
    }
    List<R> changed = change.apply(List.copyOf(matching));
    if (allRead && changed.equals(matching)) {
      return new Plan(snapshotId, List.of(), List.of());
    }
    changed.forEach(row -> written.add(checked(format.toRecord(row, table.schema()), matches)));
    return new Plan(snapshotId, replaced, DataFileRows.write(table, written));
  }

  private Record checked(Record row, Predicate<Record> matches) {
    if (!matches.test(row)) {
      throw new IllegalArgumentException(
          "Invalid row of %s: %s (must match %s)".formatted(table.name(), row, filter));
    }
    return row;
  }

  private Predicate<Record> matcher() {
    Evaluator evaluator = new Evaluator(table.schema().asStruct(), filter);
    InternalRecordWrapper wrapper = new InternalRecordWrapper(table.schema().asStruct());
    return row -> evaluator.eval(wrapper.wrap(row));
  }

  /** The files that may hold matching rows. */
  private List<FileScanTask> tasks(Long snapshotId) throws IOException {
    if (snapshotId == null) {
      return List.of();
    }
    TableScan scan = table.newScan().useSnapshot(snapshotId).filter(filter).includeColumnStats();
    List<FileScanTask> tasks = new ArrayList<>();
    try (CloseableIterable<FileScanTask> planned = scan.planFiles()) {
      planned.forEach(tasks::add);
    }
    return tasks;
  }

  /** False if the file's partition and bounds prove that each of its rows matches. */
  private boolean matchesPartly(FileScanTask task) {
    return !new StrictMetricsEvaluator(table.schema(), task.residual()).eval(task.file());
  }

  private void commit(Plan plan) {
    if (plan.replaced().isEmpty() && plan.added().isEmpty()) {
      return;
    }
    OverwriteFiles overwrite =
        table
            .newOverwrite()
            .conflictDetectionFilter(filter)
            .validateNoConflictingData()
            .validateNoConflictingDeletes();
    plan.replaced().forEach(overwrite::deleteFile);
    plan.added().forEach(overwrite::addFile);
    if (plan.snapshotId() != null) {
      overwrite.validateFromSnapshot(plan.snapshotId());
    }
    try {
      overwrite.commit();
    } catch (RuntimeException e) {
      // Any other failure may have committed: a removed file would then be a lost one.
      if (e instanceof CleanableFailure) {
        DataFileRows.delete(table, plan.added());
        throw e;
      }
      throw e instanceof CommitStateUnknownException ? e : failed(e);
    }
  }

  private StoreException failed(Throwable e) {
    String reason =
        Causes.refusal(e)
            .map(refusal -> "%s (%s)".formatted(table.location(), refusal))
            .orElseGet(() -> inOneLine(e));
    return new StoreException("Failed to write %s: %s".formatted(table.name(), reason), e);
  }

  /** Iceberg says what it did, the first cause why that failed. */
  private static String inOneLine(Throwable e) {
    String line = String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getName());
    Throwable first = Causes.root(e);
    return first == e ? line : "%s (%s)".formatted(line, Causes.inWords(first));
  }
}
