package dev.lockstep.validation.profile;

import java.util.ArrayList;
import java.util.Arrays;
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
    int most = reference.size() + sample.size();
    long[] referenceRows = new long[most];
    long[] sampleRows = new long[most];
    int cells = 0;
    int r = 0;
    int s = 0;
    while (r < reference.size() || s < sample.size()) {
      long key =
          Math.min(
              r < reference.size() ? reference.key(r, bits) : Long.MAX_VALUE,
              s < sample.size() ? sample.key(s, bits) : Long.MAX_VALUE);
      for (; r < reference.size() && reference.key(r, bits) == key; r++) {
        referenceRows[cells] += reference.rows().get(r);
      }
      for (; s < sample.size() && sample.key(s, bits) == key; s++) {
        sampleRows[cells] += sample.rows().get(s);
      }
      cells++;
    }
    return new Aligned(Arrays.copyOf(referenceRows, cells), Arrays.copyOf(sampleRows, cells));
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
    long[] longer = Arrays.copyOf(cells, cells.length + 1);
    longer[cells.length] = last;
    return longer;
  }
}
