package dev.lockstep.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The section {@code data}. */
final class DataReader {
  private static final Pattern DAYS = Pattern.compile("(\\d{1,6})\\s*(d|day|days)");

  /** Columns that prepared data have beside those of the source. */
  private static final Set<String> PREPARED = Set.of("row_id", "features", "label");

  private static final List<String> LISTS = List.of("numeric", "categorical", "arrays");

  private final Section data;

  private DataReader(Section data) {
    this.data = data;
  }

  static DataConfig read(Section data) {
    return new DataReader(data).read();
  }

  private DataConfig read() {
    String source = data.text("source");
    String where = data.anyText("where");
    List<String> key = key();
    Optional<String> date = data.optionalText("date");
    OptionalInt window = window(date);
    String label = data.text("label");
    Task task = data.choice("task", Task.values());
    FeaturesConfig features = features(key, date, label);
    SplitConfig split = split(date, window);
    List<RuleConfig> rules = data.sections("rules").stream().map(DataReader::rule).toList();
    if (!data.failed("label") && key.stream().anyMatch(label::equalsIgnoreCase)) {
      data.invalid("label", "is in data.key", label);
    }
    return new DataConfig(source, where, key, date, window, label, task, features, split, rules);
  }

  private List<String> key() {
    List<String> key = data.columns("key");
    if (key.isEmpty() && data.has("key") && !data.failed("key")) {
      return data.invalid("key", "must name at least one column", key);
    }
    Optional<String> taken = key.stream().filter(PREPARED::contains).findFirst();
    return taken.isPresent()
        ? data.invalid(
            "key", taken.get() + " is a column that prepare writes; rename the source's", key)
        : key;
  }

  private OptionalInt window(Optional<String> date) {
    Optional<String> text = data.optionalText("window");
    if (text.isEmpty() || data.failed("window")) {
      return OptionalInt.empty();
    }
    Matcher days = DAYS.matcher(text.get().strip());
    if (!days.matches() || Integer.parseInt(days.group(1)) < 1) {
      return data.invalid(
          "window", "must be whole days, at least 1, such as 60 days", OptionalInt.empty());
    }
    needDate(date, "data.window");
    int count = Integer.parseInt(days.group(1));
    data.put("window", count + " days");
    return OptionalInt.of(count);
  }

  private FeaturesConfig features(List<String> key, Optional<String> date, String label) {
    Section section = data.section("features");
    List<String> numeric = section.columns("numeric");
    List<String> categorical = section.columns("categorical");
    List<String> arrays = section.columns("arrays");
    FeaturesConfig features =
        new FeaturesConfig(
            numeric,
            categorical,
            arrays,
            section.choice("encoding", FeaturesConfig.Encoding.values()),
            section.wholeNumber("hash-buckets", 1));
    Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    boolean readable = LISTS.stream().noneMatch(section::failed);
    for (String list : LISTS) {
      for (String column :
          list.equals("numeric") ? numeric : list.equals("arrays") ? arrays : categorical) {
        refuseOtherRole(section, list, column, key, date, label);
        if (!seen.add(column)) {
          section.invalid(list, column + " is in another list of data.features too", column);
        }
      }
    }
    if (seen.isEmpty() && readable && section.isUnderstood()) {
      data.fail(
          "features",
          "Missing data.features: no column (name at least one in numeric, categorical or arrays)");
    }
    return features;
  }

  private static void refuseOtherRole(
      Section section,
      String list,
      String column,
      List<String> key,
      Optional<String> date,
      String label) {
    if (column.equalsIgnoreCase(label)) {
      section.invalid(list, column + " is data.label: the network would see the answer", column);
    } else if (key.stream().anyMatch(column::equalsIgnoreCase)) {
      section.invalid(
          list, column + " is in data.key: it identifies a row and says nothing else", column);
    } else if (date.filter(column::equalsIgnoreCase).isPresent()) {
      section.invalid(list, column + " is data.date; derive numbers from it in the source", column);
    }
  }

  private SplitConfig split(Optional<String> date, OptionalInt window) {
    Section split = data.section("split");
    boolean days = split.has("test-days") | split.has("validation-days");
    boolean fractions = split.has("test") | split.has("validation");
    if (days && fractions) {
      return data.invalid(
          "split",
          "must be either validation and test, or validation-days and test-days",
          new SplitConfig.ByHash(0, 0));
    }
    return days ? splitByDays(split, date, window) : splitByHash(split);
  }

  private SplitConfig splitByHash(Section split) {
    double validation = split.number("validation", Bounds.BELOW_ONE);
    double test = split.number("test", Bounds.BELOW_ONE);
    if (!split.failed("validation") && !split.failed("test") && validation + test >= 1) {
      data.invalid("split", "validation and test must leave a part for training", split);
    }
    return new SplitConfig.ByHash(validation, test);
  }

  private SplitConfig splitByDays(Section split, Optional<String> date, OptionalInt window) {
    int validation = split.wholeNumber("validation-days", 0);
    int test = split.wholeNumber("test-days", 0);
    needDate(date, "a split by days");
    if (window.isPresent() && (long) validation + test >= window.getAsInt()) {
      data.invalid(
          "split",
          "validation-days and test-days must leave days of data.window for training",
          split);
    }
    return new SplitConfig.ByDays(validation, test);
  }

  private void needDate(Optional<String> date, String by) {
    if (date.isEmpty() && !data.failed("date")) {
      data.fail(
          "date",
          "Missing data.date: no value (required by " + by + ": the column with the event's day)");
    }
  }

  private static RuleConfig rule(Section rule) {
    rule.withDefaults("rule");
    return new RuleConfig(rule.text("check"), rule.number("min-fraction", Bounds.FRACTION));
  }

  /** The columns of {@code evaluate.slices}. */
  static List<String> slices(Section evaluate) {
    List<String> slices = new ArrayList<>(evaluate.columns("slices"));
    Optional<String> taken = slices.stream().filter(PREPARED::contains).findFirst();
    return taken.isPresent()
        ? evaluate.invalid(
            "slices", taken.get() + " is a column that prepare writes; rename the source's", slices)
        : slices;
  }
}
