package dev.lockstep.evaluation;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The Mann-Whitney statistic of a run of ascending scores in each resample: {@link RankStatistic}
 * with weights.
 */
final class ResampledRanks implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] positives;
  private final long[] negatives;
  private final long[] doubledWins;

  ResampledRanks(int resamples) {
    this.positives = new long[resamples];
    this.negatives = new long[resamples];
    this.doubledWins = new long[resamples];
  }

  /**
   * The statistic of a partition.
   *
   * @param rows columns row_id, label, score, by score; equal scores lie together
   */
  static Iterator<ResampledRanks> of(Iterator<Row> rows, PoissonWeights weights) {
    ResampledRanks run = new ResampledRanks(weights.resamples());
    ResampledRanks ties = new ResampledRanks(weights.resamples());
    int[] drawn = new int[weights.resamples()];
    double score = Double.NaN;
    while (rows.hasNext()) {
      Row row = rows.next();
      if (row.getDouble(2) != score) {
        run.append(ties);
        ties.clear();
        score = row.getDouble(2);
      }
      weights.of(row.getLong(0), drawn);
      ties.add(row.getDouble(1) == 1 ? ties.positives : ties.negatives, drawn);
    }
    run.append(ties);
    return List.of(run).iterator();
  }

  private void add(long[] counts, int[] drawn) {
    for (int i = 0; i < drawn.length; i++) {
      counts[i] += drawn[i];
    }
  }

  /** Rows of one score win half of their own pairs, and those against all lower negatives. */
  private void append(ResampledRanks ties) {
    for (int i = 0; i < positives.length; i++) {
      doubledWins[i] += (2 * negatives[i] + ties.negatives[i]) * ties.positives[i];
      positives[i] += ties.positives[i];
      negatives[i] += ties.negatives[i];
    }
  }

  private void clear() {
    java.util.Arrays.fill(positives, 0);
    java.util.Arrays.fill(negatives, 0);
  }

  /** Appends a run whose scores are all higher. */
  ResampledRanks then(ResampledRanks higher) {
    for (int i = 0; i < positives.length; i++) {
      doubledWins[i] += higher.doubledWins[i] + 2 * negatives[i] * higher.positives[i];
      positives[i] += higher.positives[i];
      negatives[i] += higher.negatives[i];
    }
    return this;
  }

  /** NaN where the resample has rows of one class alone. */
  double auc(int resample) {
    double pairs = 2.0 * positives[resample] * negatives[resample];
    return doubledWins[resample] / pairs;
  }
}
