package dev.lockstep.validation;

import dev.lockstep.config.Task;
import dev.lockstep.validation.profile.ColumnProfile;
import dev.lockstep.validation.profile.Profile;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is known of a run's rows.
 *
 * @param date the logical date; absent: the run is for all days
 * @param training of the training split
 * @param fresh profiles of the logical date's rows, of any split; without a date those of training
 * @param rows in the window
 * @param rowsByDay of the window's last days that have rows, the logical date included
 */
public record Night(
    Optional<LocalDate> date,
    Task task,
    Profile training,
    List<ColumnProfile> fresh,
    long rows,
    SortedMap<LocalDate, Long> rowsByDay) {

  /** Rows that are compared. */
  long freshRows() {
    return date.map(day -> rowsByDay.getOrDefault(day, 0L)).orElse(training.rows());
  }

  /** The compared rows, for people. */
  String freshName() {
    return date.map(day -> "rows of " + day).orElse("training rows");
  }
}
