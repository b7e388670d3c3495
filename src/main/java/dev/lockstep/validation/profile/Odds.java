package dev.lockstep.validation.profile;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * How much more, or less, common a class of the label is in a sample than in a reference: the ratio
 * of its odds in the two, or the inverse, whichever is above 1. It sees a rare class vanish, which
 * a difference of rates does not. Half a row more in each of the four counts keeps it finite. (J.
 * B. S. Haldane, The estimation and significance of the logarithm of a ratio of frequencies, 1956.)
 *
 * @param value the class that is furthest off; null: none is, but by chance
 * @param ratio at least 1
 */
public record Odds(String value, double ratio) {
  private static final double PRIOR = 0.5;
  private static final Odds SAME = new Odds(null, 1);

  /**
   * Of the class that is furthest off, among those whose difference is not chance.
   *
   * @param alpha the greatest probability by chance of a difference that counts, over all classes
   *     together
   */
  public static Odds between(ColumnProfile reference, ColumnProfile sample, double alpha) {
    SortedMap<String, Long> then = reference.classes();
    SortedMap<String, Long> now = sample.classes();
    TreeSet<String> classes = new TreeSet<>(then.keySet());
    classes.addAll(now.keySet());
    double alphaOfOne = alpha / Math.max(1, classes.size() - 1);
    long thenRows = total(then);
    long nowRows = total(now);
    Odds furthest = SAME;
    for (String each : classes) {
      long thenOnes = then.getOrDefault(each, 0L);
      long nowOnes = now.getOrDefault(each, 0L);
      double ratio = odds(nowOnes, nowRows) / odds(thenOnes, thenRows);
      double off = Math.max(ratio, 1 / ratio);
      if (off > furthest.ratio()
          && Chance.ofShare(nowOnes, nowRows, thenOnes, thenRows) < alphaOfOne) {
        furthest = new Odds(each, off);
      }
    }
    return furthest;
  }

  private static double odds(long ones, long rows) {
    return (ones + PRIOR) / (rows - ones + PRIOR);
  }

  private static long total(Map<String, Long> classes) {
    return classes.values().stream().mapToLong(Long::longValue).sum();
  }
}
