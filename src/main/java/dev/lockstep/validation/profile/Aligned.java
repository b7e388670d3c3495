package dev.lockstep.validation.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Two samples counted over the same cells.
 *
 * @param reference rows in each cell
 * @param sample rows in each cell
 */
record Aligned(long[] reference, long[] sample) {

  /** Cells are the values, ascending, as finely as both histograms tell them apart. */
  static Aligned ofNumbers(Buckets reference, Buckets sample) {
    int bits = Math.max(reference.droppedBits(), sample.droppedBits());
    TreeMap<Long, long[]> cells = new TreeMap<>();
    addAll(cells, reference, bits, 0);
    addAll(cells, sample, bits, 1);
    return of(new ArrayList<>(cells.values()));
  }

  /** Cells are the categories, or the groups of them where one sample has groups. */
  static Aligned ofCategories(CategoryCounts reference, CategoryCounts sample) {
    boolean grouped = reference.grouped() || sample.grouped();
    TreeMap<String, long[]> cells = new TreeMap<>();
    addAll(cells, reference, grouped, 0);
    addAll(cells, sample, grouped, 1);
    return of(new ArrayList<>(cells.values()));
  }

  /** The same with one more cell. */
  Aligned with(long referenceRows, long sampleRows) {
    return new Aligned(appended(reference, referenceRows), appended(sample, sampleRows));
  }

  private static Aligned of(List<long[]> cells) {
    return new Aligned(
        cells.stream().mapToLong(cell -> cell[0]).toArray(),
        cells.stream().mapToLong(cell -> cell[1]).toArray());
  }

  private static void addAll(TreeMap<Long, long[]> cells, Buckets buckets, int bits, int side) {
    for (int i = 0; i < buckets.rows().size(); i++) {
      cells.computeIfAbsent(buckets.key(i, bits), key -> new long[2])[side] +=
          buckets.rows().get(i);
    }
  }

  private static void addAll(
      TreeMap<String, long[]> cells, CategoryCounts counts, boolean grouped, int side) {
    counts
        .rows()
        .forEach(
            (value, rows) -> {
              String cell = grouped && !counts.grouped() ? Categories.group(value) : value;
              cells.computeIfAbsent(cell, key -> new long[2])[side] += rows;
            });
  }

  private static long[] appended(long[] cells, long last) {
    long[] longer = java.util.Arrays.copyOf(cells, cells.length + 1);
    longer[cells.length] = last;
    return longer;
  }
}
