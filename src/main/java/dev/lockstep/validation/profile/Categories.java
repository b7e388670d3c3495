package dev.lockstep.validation.profile;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private final Map<UTF8String, long[]> counts = new HashMap<>();
  private long[] groups;

  /** Adds a category; the text may change afterwards. */
  void add(UTF8String value) {
    if (groups != null) {
      groups[group(value)]++;
      return;
    }
    long[] count = counts.get(value);
    if (count == null) {
      add(value.clone(), 1);
    } else {
      count[0]++;
    }
  }

  void merge(Categories other) {
    if (other.groups != null) {
      group();
      for (int i = 0; i < HASHED; i++) {
        groups[i] += other.groups[i];
      }
    }
    other.counts.forEach((value, count) -> add(value, count[0]));
  }

  /** True if the counts are those of groups of categories. */
  boolean isGrouped() {
    return groups != null;
  }

  /** Rows by category, or by group. */
  SortedMap<String, Long> finish() {
    SortedMap<String, Long> finished = new TreeMap<>();
    counts.forEach((value, count) -> finished.put(value.toString(), count[0]));
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
    counts.computeIfAbsent(value, absent -> new long[1])[0] += rows;
    if (counts.size() > MOST) {
      group();
    }
  }

  private void group() {
    if (groups == null) {
      groups = new long[HASHED];
      counts.forEach((value, count) -> groups[group(value)] += count[0]);
      counts.clear();
    }
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
