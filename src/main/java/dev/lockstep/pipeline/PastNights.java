package dev.lockstep.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.metrics.RunRow;
import dev.lockstep.metrics.VersionRow;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.validation.Past;
import dev.lockstep.validation.Past.Champion;
import dev.lockstep.validation.profile.Profile;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** What the tables and the store know of a model before a night. */
final class PastNights {
  private static final String CHAMPION = "champion";
  private static final ObjectMapper JSON = new ObjectMapper();

  private PastNights() {}

  static Past of(RunContext context) {
    List<RunRow> runs = context.tables().runsOf(context.config().model());
    return new Past(champion(context), windows(context, runs), rejected(runs));
  }

  /** Empty as well of a champion without a profile, or whose directory is gone. */
  private static Optional<Champion> champion(RunContext context) {
    return context.tables().versions(context.config().model()).stream()
        .filter(row -> row.status().equals(CHAMPION))
        .findFirst()
        .flatMap(row -> champion(context, row));
  }

  private static Optional<Champion> champion(RunContext context, VersionRow row) {
    // A row's own path may be masked, and name the store in another way.
    Path path = context.store().version(row.model(), row.version());
    return CommittedDirectory.read(context.store(), path)
        .filter(directory -> directory.manifest().file(Profile.FILE).isPresent())
        .flatMap(
            directory -> {
              try {
                Profile profile = Profile.fromJson(directory.bytes(Profile.FILE));
                return Optional.of(new Champion(row.version(), profile));
              } catch (IOException e) {
                context
                    .notices()
                    .accept("Cannot read the profile of version " + row.version() + ": " + e);
                return Optional.empty();
              }
            });
  }

  /** Rows of the nights before this one that used as many days and the same filter. */
  private static SortedMap<LocalDate, Long> windows(RunContext context, List<RunRow> runs) {
    if (context.date().isEmpty()) {
      return Collections.emptySortedMap();
    }
    String selection = selection(context.config().json());
    SortedMap<LocalDate, Long> rows = new TreeMap<>();
    runs.stream()
        .filter(run -> run.logicalDate() != null && run.trainRows() != null)
        .filter(run -> run.logicalDate().isBefore(context.date().get()))
        .filter(run -> !run.status().equals(Attempts.REJECTED))
        .filter(run -> selection(run.config()).equals(selection))
        .forEach(
            run ->
                rows.put(
                    run.logicalDate(), run.trainRows() + run.validationRows() + run.testRows()));
    return rows;
  }

  /** What decides how many rows a night has, beside the source. */
  private static String selection(String config) {
    try {
      JsonNode data = JSON.readTree(config).path("data");
      return data.path("window") + " " + data.path("where");
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return "";
    }
  }

  /** Days whose last word was a rejection. */
  private static Set<LocalDate> rejected(List<RunRow> runs) {
    Set<LocalDate> rejected = new HashSet<>(days(runs, true).toList());
    days(runs, false).forEach(rejected::remove);
    return rejected;
  }

  private static Stream<LocalDate> days(List<RunRow> runs, boolean wereRejected) {
    return runs.stream()
        .filter(run -> run.logicalDate() != null)
        .filter(run -> run.status().equals(Attempts.REJECTED) == wereRejected)
        .map(RunRow::logicalDate);
  }
}
