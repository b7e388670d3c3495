package dev.lockstep.validation.profile;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finished counts of categories.
 *
 * @param grouped true if there were too many: rows are those of groups of categories then
 * @param rows of each category
 */
public record CategoryCounts(boolean grouped, SortedMap<String, Long> rows) {

  public CategoryCounts {
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
  }
}
