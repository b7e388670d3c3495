package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import dev.lockstep.config.ConfigLoader;
import dev.lockstep.config.DataConfig;
import dev.lockstep.config.FeaturesConfig;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.validation.Night;
import dev.lockstep.validation.Past;
import dev.lockstep.validation.Validation;
import dev.lockstep.validation.profile.Profile;
import dev.lockstep.validation.profile.ProfiledColumn;
import dev.lockstep.validation.profile.ProfiledColumn.Kind;
import dev.lockstep.validation.profile.Profiler;
import dev.lockstep.validation.profile.RowsState;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** A profile of the demo's year, day by day, with its drift, against reading the same columns. */
final class ProfileRows implements Section {
  private static final LocalDate LAST_DAY = LocalDate.of(2013, 12, 31);
  private static final int OLDER = 100;
  private static final double GOAL = 1.5;

  private final List<ProfiledColumn> profiled = new ArrayList<>();
  private final List<Column> selected = new ArrayList<>();

  @Override
  public void run(Ground ground, Table table) {
    LockstepConfig config = ConfigLoader.load(Path.of("conf/flights.conf"));
    boolean quick = ground.effort().equals(Effort.QUICK);
    select(config.data());
    Dataset<Row> rows =
        ground
            .spark()
            .read()
            .parquet(config.data().source())
            .where(quick ? "month = 12" : "true")
            .select(selected.toArray(Column[]::new));
    long count = rows.count();
    Past past =
        new Past(
            Optional.of(new Past.Champion("before", profile(rows))), new TreeMap<>(), Set.of());
    Progress.say("profile: %,d rows of %d columns", count, profiled.size());
    RowsPeer profiling = new RowsPeer("profile", count, () -> judge(config, past, profile(rows)));
    RowsPeer reading =
        new RowsPeer("reading", count, () -> rows.write().format("noop").mode("overwrite").save());
    double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(profiling, reading));
    table.add(
        Outcome.atLeast(
            new Goal(
                "reading the same columns (Spark's noop format)",
                "profile and drift of %,d flights".formatted(count),
                1 / GOAL),
            "rows/s",
            rates[0],
            rates[1],
            "%.2f x the time of reading (goal %.1f)".formatted(rates[1] / rates[0], GOAL)));
  }

  private void select(DataConfig data) {
    selected.add(
        functions.least(
            functions.datediff(
                functions.lit(LAST_DAY), functions.col(data.date().orElseThrow()).cast("date")),
            functions.lit(OLDER)));
    FeaturesConfig features = data.features();
    add(data.label(), Kind.NUMBER, "double");
    features.numeric().forEach(name -> add(name, Kind.NUMBER, "double"));
    features.categorical().forEach(name -> add(name, Kind.CATEGORY, "string"));
  }

  private void add(String name, Kind kind, String type) {
    profiled.add(new ProfiledColumn(name, kind));
    selected.add(functions.col(name).cast(type));
  }

  private Profile profile(Dataset<Row> rows) {
    SortedMap<LocalDate, RowsState> days = new TreeMap<>();
    List<RowsState> older = new ArrayList<>();
    Profiler.run(rows, profiled)
        .forEach(
            (age, state) -> {
              if (age < OLDER) {
                days.put(LAST_DAY.minusDays(age), state);
              } else {
                older.add(state);
              }
            });
    return Profile.of(
        new Profile.Origin(LAST_DAY, profiled.get(0).name(), new TreeMap<>()),
        days,
        older,
        new RowsState(profiled));
  }

  private static void judge(LockstepConfig config, Past past, Profile profile) {
    Night night =
        new Night(
            Optional.empty(),
            config.data().task(),
            profile,
            profile.columns(),
            profile.rows(),
            new TreeMap<>());
    new Validation(config.validate(), () -> past).judge(night, Set.of());
  }
}
