package dev.lockstep.validation.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * A finished histogram.
 *
 * @param droppedBits lowest bits of the doubles that one bucket ignores; 0: each value its own
 * @param from the least double of each bucket, ascending
 * @param rows in each bucket, above 0
 */
public record Buckets(int droppedBits, List<Double> from, List<Long> rows) {

  public Buckets {
    from = List.copyOf(from);
    rows = List.copyOf(rows);
  }

  static Buckets of(int droppedBits, long[] keys, long[] counts) {
    List<Double> from = new ArrayList<>();
    List<Long> rows = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      from.add(SortedBits.value(keys[i] << droppedBits));
      rows.add(counts[i]);
    }
    return new Buckets(droppedBits, from, rows);
  }

  int size() {
    return rows.size();
  }

  long total() {
    return rows.stream().mapToLong(Long::longValue).sum();
  }

  long key(int bucket, int bits) {
    return SortedBits.of(from.get(bucket)) >> bits;
  }

  /** Values at the given ranks' fractions of all rows, ascending fractions in [0, 1). */
  double[] quantiles(int count) {
    double[] quantiles = new double[count];
    long total = total();
    int bucket = 0;
    long upTo = rows.get(0);
    for (int i = 0; i < count; i++) {
      long rank = (long) ((i + 0.5) / count * total);
      while (rank >= upTo) {
        upTo += rows.get(++bucket);
      }
      quantiles[i] = middle(bucket);
    }
    return quantiles;
  }

  private double middle(int bucket) {
    double least = from.get(bucket);
    if (droppedBits == 0) {
      return least;
    }
    double next = SortedBits.value((key(bucket, droppedBits) + 1) << droppedBits);
    return least + (next - least) / 2;
  }
}
