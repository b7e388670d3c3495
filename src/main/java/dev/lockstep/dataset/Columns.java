package dev.lockstep.dataset;

import dev.lockstep.config.DataConfig;
import dev.lockstep.validation.CheckResult;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** The source's columns that a run uses; each exists and has a type that fits its role. */
record Columns(StructType schema, DataConfig data, List<String> slices) {
  private static final Set<String> RESERVED = Set.of(Names.ROW_ID, Names.FEATURES, Names.LABEL);

  private static final String KEY = "data.key";
  private static final String DATE = "data.date";

  private record Role(
      String setting, List<String> columns, Predicate<DataType> fits, String needs) {}

  /**
   * @param slices columns that go into the prepared data for evaluation
   * @throws RejectedDataException that names every missing column, or else every unfit one
   */
  static Columns resolve(StructType schema, DataConfig data, List<String> slices) {
    Findings findings = unfit(schema, roles(data, slices));
    Columns columns = new Columns(schema, data, slices);
    for (String name : columns.kept()) {
      if (RESERVED.contains(name) || (columns.keepsDayApart() && name.equals(Names.DAY))) {
        findings.problem(
            "Unsupported column name: %s (prepared data have a column of that name; rename it in the source)"
                .formatted(name));
      }
    }
    findings.rejectIfAny();
    return columns;
  }

  /**
   * What rows need beside the features' columns to be scored: the key, and the day if only one
   * day's are.
   *
   * @throws RejectedDataException that names every missing column, or else every unfit one
   */
  static void checkForScoring(StructType schema, DataConfig data, boolean needsDay) {
    List<Role> needed =
        roles(data, List.of()).stream()
            .filter(role -> role.setting().equals(KEY) || (needsDay && role.setting().equals(DATE)))
            .toList();
    unfit(schema, needed).rejectIfAny();
  }

  /** The columns whose type does not fit; a missing one is refused at once. */
  private static Findings unfit(StructType schema, List<Role> roles) {
    List<String> known = Arrays.asList(schema.fieldNames());
    Findings findings = new Findings();
    forEach(
        roles,
        (role, name) -> {
          if (!known.contains(name)) {
            findings.check(
                CheckResult.of("column exists", name, 0, 1),
                "Missing column in %s: %s (nearest: %s)"
                    .formatted(role.setting(), name, Names.nearest(name, known)));
          }
        });
    findings.rejectIfAny();
    forEach(
        roles,
        (role, name) -> {
          DataType type = schema.apply(name).dataType();
          if (!role.fits().test(type)) {
            findings.check(
                CheckResult.of("type fits", name, 0, 1),
                "Invalid type of column in %s: %s is %s (%s)"
                    .formatted(role.setting(), name, type.simpleString(), role.needs()));
          }
        });
    return findings;
  }

  /** All columns, each once. */
  List<String> used() {
    LinkedHashSet<String> used = new LinkedHashSet<>(kept());
    used.add(data.label());
    used.addAll(data.features().numeric());
    used.addAll(data.features().categorical());
    used.addAll(data.features().arrays());
    return List.copyOf(used);
  }

  /** The columns that prepared data keep as they are: key, date, slices. */
  List<String> kept() {
    LinkedHashSet<String> kept = new LinkedHashSet<>(data.key());
    data.date().ifPresent(kept::add);
    kept.addAll(slices);
    return List.copyOf(kept);
  }

  /**
   * True if prepared data have the event's day as {@link Names#DAY}: the column of {@code
   * data.date} is part of the key and knows more than the day.
   */
  boolean keepsDayApart() {
    return data.date()
        .filter(data.key()::contains)
        .filter(name -> !type(name).equals(DataTypes.DateType))
        .isPresent();
  }

  /** The event's day as a date, from the column of {@code data.date}. */
  Column day() {
    return Names.column(data.date().orElseThrow()).cast("date");
  }

  DataType type(String column) {
    return schema.apply(column).dataType();
  }

  static boolean isWholeNumber(DataType type) {
    return type.equals(DataTypes.ByteType)
        || type.equals(DataTypes.ShortType)
        || type.equals(DataTypes.IntegerType)
        || type.equals(DataTypes.LongType);
  }

  private static List<Role> roles(DataConfig data, List<String> slices) {
    List<String> dates = data.date().stream().toList();
    List<String> label = List.of(data.label());
    return List.of(
        new Role(KEY, data.key(), Columns::isKey, "needs whole numbers, strings or dates"),
        new Role(DATE, dates, Columns::isDay, "needs dates or timestamps"),
        switch (data.task()) {
          case BINARY ->
              new Role(
                  "data.label",
                  label,
                  Columns::isNumber,
                  "binary needs booleans, or numbers 0 and 1");
          case MULTICLASS ->
              new Role(
                  "data.label",
                  label,
                  Columns::isClass,
                  "multiclass needs strings or whole numbers");
          case REGRESSION ->
              new Role(
                  "data.label",
                  label,
                  type -> type instanceof NumericType,
                  "regression needs numbers");
        },
        new Role(
            "data.features.numeric",
            data.features().numeric(),
            Columns::isNumber,
            "needs numbers or booleans"),
        new Role(
            "data.features.categorical",
            data.features().categorical(),
            type -> isClass(type) || type.equals(DataTypes.BooleanType),
            "needs strings, whole numbers or booleans"),
        new Role(
            "data.features.arrays",
            data.features().arrays(),
            Columns::isFloatArray,
            "needs array<float> or array<double>"),
        new Role(
            "evaluate.slices",
            slices,
            type -> isKey(type) || type instanceof NumericType,
            "needs plain values"));
  }

  private static boolean isKey(DataType type) {
    return isClass(type)
        || isDay(type)
        || type.equals(DataTypes.BooleanType)
        || type instanceof DecimalType;
  }

  private static boolean isDay(DataType type) {
    return type.equals(DataTypes.DateType)
        || type.equals(DataTypes.TimestampType)
        || type.equals(DataTypes.TimestampNTZType);
  }

  private static boolean isNumber(DataType type) {
    return type instanceof NumericType || type.equals(DataTypes.BooleanType);
  }

  private static boolean isClass(DataType type) {
    return isWholeNumber(type) || type.equals(DataTypes.StringType);
  }

  private static boolean isFloatArray(DataType type) {
    return type instanceof ArrayType array
        && Stream.of(DataTypes.FloatType, DataTypes.DoubleType)
            .anyMatch(array.elementType()::equals);
  }

  private interface Visit {
    void accept(Role role, String column);
  }

  private static void forEach(List<Role> roles, Visit visit) {
    roles.forEach(role -> role.columns().forEach(name -> visit.accept(role, name)));
  }
}
