package dev.lockstep.dataset;

/** Something about the rows that was measured in one pass, and is judged after it. */
interface Inspection {
  /**
   * @param rows how many there are, at least 1
   */
  void report(Findings findings, long rows);
}
