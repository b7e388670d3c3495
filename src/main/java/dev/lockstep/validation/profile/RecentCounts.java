package dev.lockstep.validation.profile;

import org.apache.spark.unsafe.types.UTF8String;

/** Counts of a few texts that came last, found by their first bytes and length. */
final class RecentCounts {
  private static final int PLACES = 64;

  private final UTF8String[] texts = new UTF8String[PLACES];
  private final long[][] counts = new long[PLACES][];

  /** Null where the text is not among them. */
  long[] find(UTF8String text) {
    int place = place(text);
    return text.equals(texts[place]) ? counts[place] : null;
  }

  /**
   * @param text that does not change
   */
  void keep(UTF8String text, long... count) {
    int place = place(text);
    texts[place] = text;
    counts[place] = count;
  }

  private static int place(UTF8String text) {
    long mixed = (text.getPrefix() + text.numBytes()) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> Long.numberOfLeadingZeros(PLACES) + 1);
  }
}
