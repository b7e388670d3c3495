package dev.lockstep.validation.profile;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How often each category occurs: by value, or, once there are more than {@link #MOST} different
 * ones, by {@link #HASHED} groups of them. Whether it comes to that depends on the values alone.
 */
final class Categories implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As many as one-hot encoding takes. */
  static final int MOST = 10_000;

  static final int HASHED = 1024;

  /** Before the number of a group; no text has it in front but by intent. */
  private static final String GROUP = "\u0000group ";

  /** Of texts that are a number by {@link ShortText}, which is found faster. */
  private LongCounts shortCounts = new LongCounts();

  private final Map<UTF8String, long[]> longCounts = new HashMap<>();
  private long[] groups;

  /** Spares most texts their hash. */
  private transient RecentCounts recent;

  /** Adds a category; the text may change afterwards. */
  void add(UTF8String value) {
    if (groups != null) {
      groups[group(value)]++;
      return;
    }
    if (ShortText.is(value)) {
      shortCounts.add(ShortText.of(value), 1);
      groupIfTooMany();
      return;
    }
    if (recent == null) {
      recent = new RecentCounts();
    }
    long[] count = recent.find(value);
    if (count == null) {
      count = longCounts.get(value);
      if (count == null) {
        UTF8String kept = value.clone();
        add(kept, 0);
        count = longCounts.get(kept);
      }
      if (count == null) {
        groups[group(value)]++; // it was one too many
        return;
      }
      recent.keep(value.clone(), count);
    }
    count[0]++;
  }

  void merge(Categories other) {
    if (other.groups != null) {
      group();
      for (int i = 0; i < HASHED; i++) {
        groups[i] += other.groups[i];
      }
    }
    other.forEach(this::add);
  }

  /** True if the counts are those of groups of categories. */
  boolean isGrouped() {
    return groups != null;
  }

  /** Rows by category, or by group. */
  SortedMap<String, Long> finish() {
    SortedMap<String, Long> finished = new TreeMap<>();
    forEach((value, rows) -> finished.put(value.toString(), rows));
    for (int i = 0; groups != null && i < HASHED; i++) {
      if (groups[i] > 0) {
        finished.put(GROUP + i, groups[i]);
      }
    }
    return finished;
  }

  private void add(UTF8String value, long rows) {
    if (groups != null) {
      groups[group(value)] += rows;
      return;
    }
    if (ShortText.is(value)) {
      shortCounts.add(ShortText.of(value), rows);
    } else {
      longCounts.computeIfAbsent(value, absent -> new long[1])[0] += rows;
    }
    groupIfTooMany();
  }

  private void groupIfTooMany() {
    if (shortCounts.size() + longCounts.size() > MOST) {
      group();
    }
  }

  private void group() {
    if (groups == null) {
      long[] found = new long[HASHED];
      forEach((value, rows) -> found[group(value)] += rows);
      groups = found;
      shortCounts = new LongCounts();
      longCounts.clear();
    }
  }

  /** Each category with its rows, where they are not groups. */
  private void forEach(ObjLongConsumer<UTF8String> action) {
    for (long text : shortCounts.sortedKeys()) {
      action.accept(ShortText.text(text), shortCounts.count(text));
    }
    longCounts.forEach((value, count) -> action.accept(value, count[0]));
  }

  /** By the text's bytes, the same in every process. */
  private static int group(UTF8String value) {
    return Math.floorMod(value.hashCode(), HASHED);
  }

  /** The group that a category falls into where there are groups. */
  static String group(String value) {
    return GROUP + group(UTF8String.fromString(value));
  }
}
