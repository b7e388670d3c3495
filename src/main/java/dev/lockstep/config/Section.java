package dev.lockstep.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An object among the settings, read key by key.
 *
 * <p>It knows its path, the keys that were asked for and the values as they were understood. A key
 * with a problem yields a stand-in value, so that reading goes on; the problem is thrown at the
 * end.
 */
final class Section {
  private final String path;
  private final Reading reading;
  private final SortedMap<String, Object> settings = new TreeMap<>();
  private ConfigObject values;
  private boolean understood = true;

  Section(String path, ConfigObject values, Reading reading) {
    this.path = path;
    this.values = values;
    this.reading = reading;
    reading.sections().add(this);
  }

  /** Fills absent keys with the reference's defaults for entries of this name. */
  Section withDefaults(String entry) {
    reading
        .entryDefaults(entry)
        .forEach(
            (key, value) ->
                values = values.containsKey(key) ? values : values.withValue(key, value));
    return this;
  }

  boolean has(String key) {
    return value(key).isPresent();
  }

  String text(String key) {
    return optionalText(key).orElseGet(() -> missing(key, ""));
  }

  Optional<String> optionalText(String key) {
    return value(key).map(value -> text(key, value));
  }

  /** A text that may be empty. */
  String anyText(String key) {
    return value(key).flatMap(Scalar::text).map(text -> put(key, text)).orElseGet(() -> text(key));
  }

  int wholeNumber(String key, int least) {
    return value(key)
        .map(value -> wholeNumber(key, value, least))
        .orElseGet(() -> missing(key, least));
  }

  long anyLong(String key) {
    Optional<Long> number = value(key).flatMap(Scalar::whole);
    return number.isPresent()
        ? put(key, number.get())
        : invalid(key, "must be a whole number of 64 bits", 0L);
  }

  double number(String key, Bounds range) {
    return optionalNumber(key, range).orElseGet(() -> missing(key, 0.5));
  }

  Optional<Double> optionalNumber(String key, Bounds range) {
    return value(key).map(value -> number(key, value, range));
  }

  /**
   * The times that a setting may take.
   *
   * @param text the same for people
   */
  record Range(Duration least, Duration most, String text) {
    boolean holds(Duration time) {
      return time.compareTo(least) >= 0 && time.compareTo(most) <= 0;
    }
  }

  /** A time with its unit. */
  Duration time(String key, Range range) {
    Optional<Duration> time = TimeSpan.parse(text(key)).filter(range::holds);
    if (time.isPresent()) {
      put(key, time.get().toMillis() + " ms");
      return time.get();
    }
    return failed(key)
        ? range.least()
        : invalid(
            key,
            "must be a time with its unit, such as 30 seconds, 5 minutes or 1 hour, from "
                + range.text(),
            range.least());
  }

  /** One of the constants, written as {@link KnownNames#of} does. */
  <E extends Enum<E>> E choice(String key, E[] constants) {
    String name = name(key, Arrays.stream(constants).map(KnownNames::of).toList());
    return Arrays.stream(constants)
        .filter(one -> KnownNames.of(one).equals(name))
        .findFirst()
        .orElse(constants[0]);
  }

  /** One of the names. */
  String name(String key, List<String> names) {
    String name = text(key);
    if (!names.contains(name) && !failed(key)) {
      fail(
          key,
          "Unknown %s: %s (nearest: %s; known: %s)"
              .formatted(
                  path(key), name, KnownNames.nearest(name, names), String.join(", ", names)));
    }
    return name;
  }

  /**
   * A list of texts without blanks and, as Spark takes column names, without two that differ in
   * case only.
   */
  List<String> columns(String key) {
    Optional<ConfigValue> list = value(key);
    if (list.isEmpty()) {
      return missing(key, List.of());
    }
    if (!(list.get() instanceof ConfigList elements)) {
      return invalid(key, "must be a list of column names", List.of());
    }
    List<String> names = new ArrayList<>();
    TreeSet<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (ConfigValue element : elements) {
      String name = Scalar.text(element).orElse("");
      if (name.isBlank()) {
        return invalid(key, "must be a list of column names", List.of());
      }
      if (!seen.add(name)) {
        return invalid(key, "names " + name + " twice", List.of());
      }
      names.add(name);
    }
    return put(key, List.copyOf(names));
  }

  boolean holdsObject(String key) {
    return value(key).filter(value -> value.valueType() == ConfigValueType.OBJECT).isPresent();
  }

  Section section(String key) {
    return optionalSection(key)
        .orElseGet(
            () -> missing(key, new Section(path(key), reading.emptyObject(), reading).skip()));
  }

  Optional<Section> optionalSection(String key) {
    return value(key)
        .map(
            value -> {
              Section section = entry(path(key), value);
              put(key, section.settings);
              return section;
            });
  }

  /** The objects of a list, with paths such as {@code network.layers[0]}. */
  List<Section> sections(String key) {
    Optional<ConfigValue> list = value(key);
    if (list.isEmpty()) {
      return missing(key, List.of());
    }
    if (!(list.get() instanceof ConfigList elements)) {
      return invalid(key, "must be a list of objects", List.of());
    }
    List<Section> entries = new ArrayList<>();
    for (ConfigValue element : elements) {
      entries.add(entry(path(key) + "[" + entries.size() + "]", element));
    }
    put(key, entries.stream().map(section -> section.settings).toList());
    return entries;
  }

  /** All values within, by their keys joined with dots, quoted or not. */
  SortedMap<String, ConfigValue> leaves() {
    SortedMap<String, ConfigValue> leaves = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> leaf : values.toConfig().entrySet()) {
      leaves.put(String.join(".", ConfigUtil.splitPath(leaf.getKey())), leaf.getValue());
    }
    return leaves;
  }

  /** Says that the other keys here cannot be judged. */
  Section skip() {
    understood = false;
    return this;
  }

  boolean isUnderstood() {
    return understood;
  }

  /** Refuses a value: {@code Invalid <path>: <value> (<rule>)}. */
  <T> T invalid(String key, String rule, T standIn) {
    String actual =
        value(key).map(value -> value.render(ConfigRenderOptions.concise())).orElse("no value");
    fail(key, "Invalid %s: %s (%s)".formatted(path(key), actual, rule));
    return standIn;
  }

  /** Notes a key's problem in a finished line; silent in a section that is itself a problem. */
  void fail(String key, String line) {
    reading.problems().add(path(key), understood ? Optional.of(line) : Optional.empty());
  }

  boolean failed(String key) {
    return reading.problems().failed(path(key));
  }

  /** Keeps a value as it was understood, for the effective settings. */
  <T> T put(String key, T value) {
    settings.put(key, value);
    return value;
  }

  Map<String, Object> settings() {
    return settings;
  }

  String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  List<String> unknown() {
    return understood
        ? values.keySet().stream()
            .filter(key -> !reading.asked(path(key)))
            .sorted()
            .map(this::path)
            .toList()
        : List.of();
  }

  private Section entry(String entryPath, ConfigValue value) {
    if (value instanceof ConfigObject object) {
      return new Section(entryPath, object, reading);
    }
    String actual = value.render(ConfigRenderOptions.concise());
    String line = "Invalid " + entryPath + ": " + actual + " (must be an object { ... })";
    reading.problems().add(entryPath, Optional.of(line));
    return new Section(entryPath, reading.emptyObject(), reading).skip();
  }

  private Optional<ConfigValue> value(String key) {
    reading.ask(path(key));
    return Optional.ofNullable(values.get(key))
        .filter(value -> value.valueType() != ConfigValueType.NULL);
  }

  private String text(String key, ConfigValue value) {
    return Scalar.text(value)
        .filter(text -> !text.isBlank())
        .map(text -> put(key, text))
        .orElseGet(() -> invalid(key, "must be a text, not empty", ""));
  }

  private int wholeNumber(String key, ConfigValue value, int least) {
    Optional<Long> number = Scalar.whole(value);
    if (number.isEmpty()) {
      return invalid(key, "must be a whole number", least);
    }
    if (number.get() < least) {
      return invalid(key, "must be at least " + least, least);
    }
    if (number.get() > Integer.MAX_VALUE) {
      return invalid(key, "must be at most " + Integer.MAX_VALUE, least);
    }
    return put(key, number.get().intValue());
  }

  private double number(String key, ConfigValue value, Bounds range) {
    Optional<Double> number = Scalar.decimal(value);
    if (number.isEmpty()) {
      return invalid(key, "must be a number", 0.5);
    }
    return range.holds(number.get()) ? put(key, number.get()) : invalid(key, range.rule(), 0.5);
  }

  private <T> T missing(String key, T standIn) {
    fail(
        key,
        "Missing " + path(key) + ": no value (required; conf/reference.conf says what it means)");
    return standIn;
  }
}
