package dev.lockstep.dataset;

import dev.lockstep.config.Task;
import dev.lockstep.validation.Night;
import dev.lockstep.validation.profile.ColumnProfile;
import dev.lockstep.validation.profile.Profile;
import dev.lockstep.validation.profile.ProfiledColumn;
import dev.lockstep.validation.profile.ProfiledColumn.Kind;
import dev.lockstep.validation.profile.Profiler;
import dev.lockstep.validation.profile.RowsState;
import java.sql.Date;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/**
 * Profiles a run's rows in one pass: the training rows by day, those of the logical date in all
 * splits, and how many the other days have.
 */
final class NightRows {
  /** Days before the last one whose rows are kept apart; what is older is one group. */
  private static final int DAYS = 100;

  private static final int LAST_DAYS_OTHER_SPLITS = DAYS + 1;

  private final Columns columns;
  private final Optional<LocalDate> date;
  private final Optional<LocalDate> lastDay;
  private final List<ProfiledColumn> profiled = new ArrayList<>();
  private final List<Column> selected = new ArrayList<>();

  private NightRows(Columns columns, Optional<LocalDate> date, Optional<LocalDate> lastDay) {
    this.columns = columns;
    this.date = date;
    this.lastDay = lastDay;
    boolean classes = columns.data().task() == Task.MULTICLASS;
    selected.add(group());
    add(columns.data().label(), classes ? Kind.CATEGORY : Kind.NUMBER);
    columns.data().features().numeric().forEach(name -> add(name, Kind.NUMBER));
    columns.data().features().categorical().forEach(name -> add(name, Kind.CATEGORY));
    columns.data().features().arrays().forEach(name -> add(name, Kind.ARRAY));
  }

  /**
   * @param selected the run's rows, without a problem: used columns, split
   */
  static Night profile(Dataset<Row> selected, Columns columns, Optional<LocalDate> date) {
    NightRows rows = new NightRows(columns, date, date.or(() -> lastDay(selected, columns)));
    return rows.night(
        Profiler.run(selected.select(rows.selected.toArray(Column[]::new)), rows.profiled));
  }

  private Night night(SortedMap<Integer, RowsState> groups) {
    SortedMap<LocalDate, RowsState> training = new TreeMap<>();
    SortedMap<LocalDate, Long> rowsByDay = new TreeMap<>();
    List<RowsState> older = new ArrayList<>();
    long all = 0;
    for (var group : groups.entrySet()) {
      int number = group.getKey();
      all += group.getValue().rows();
      int age = number == LAST_DAYS_OTHER_SPLITS ? 0 : number < 0 ? -1 - number : number;
      if (age < DAYS) {
        LocalDate day = lastDay.orElseThrow().minusDays(age);
        rowsByDay.merge(day, group.getValue().rows(), Long::sum);
        if (number >= 0 && number < DAYS) {
          training.put(day, group.getValue());
        }
      } else if (number == DAYS) {
        older.add(group.getValue());
      }
    }
    Profile profile = Profile.of(origin(), training, older, new RowsState(profiled));
    return new Night(
        date,
        columns.data().task(),
        profile,
        date.isPresent() ? fresh(groups) : profile.columns(),
        all,
        rowsByDay);
  }

  private List<ColumnProfile> fresh(SortedMap<Integer, RowsState> groups) {
    RowsState fresh = new RowsState(profiled);
    for (int group : List.of(0, LAST_DAYS_OTHER_SPLITS)) {
      if (groups.containsKey(group)) {
        fresh.merge(groups.get(group));
      }
    }
    return fresh.finish();
  }

  private Profile.Origin origin() {
    SortedMap<String, String> schema = new TreeMap<>();
    for (StructField field : columns.schema().fields()) {
      schema.put(field.name(), field.dataType().simpleString());
    }
    return new Profile.Origin(lastDay.orElse(null), columns.data().label(), schema);
  }

  /** Days before the last one, of training rows; below 0 of others, which are counted only. */
  private Column group() {
    Column isTraining = Names.column(Names.SPLIT).equalTo(Split.TRAIN.ordinal());
    if (lastDay.isEmpty()) {
      return functions.when(isTraining, DAYS).otherwise(-1 - DAYS);
    }
    Column day = columns.day();
    Column age =
        functions.least(functions.datediff(functions.lit(lastDay.get()), day), functions.lit(DAYS));
    Column group = functions.when(isTraining, age);
    if (date.isPresent()) {
      group = group.when(age.equalTo(0), LAST_DAYS_OTHER_SPLITS);
    }
    return group.otherwise(functions.lit(-1).minus(age));
  }

  private void add(String name, Kind kind) {
    profiled.add(new ProfiledColumn(name, kind));
    selected.add(
        Names.column(name)
            .cast(
                switch (kind) {
                  case NUMBER -> "double";
                  case CATEGORY -> "string";
                  case ARRAY -> "array<float>";
                }));
  }

  private static Optional<LocalDate> lastDay(Dataset<Row> selected, Columns columns) {
    return columns
        .data()
        .date()
        .map(name -> selected.agg(functions.max(columns.day())).head().get(0))
        .map(day -> day instanceof LocalDate local ? local : ((Date) day).toLocalDate());
  }
}
