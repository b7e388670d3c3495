package dev.lockstep.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import dev.lockstep.config.MetricDirection;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An interval for how much better one model is than another on the same rows: a paired percentile
 * bootstrap (Efron and Tibshirani 1993, chapter 13). Each resample weighs the rows, the same for
 * both models; the gains of the resamples, sorted, are cut at both ends.
 *
 * <p>Distributed, in memory of a fixed size for any number of rows, and the same bits for any
 * partitioning.
 */
public final class PairedBootstrap {
  private static final int TREE_DEPTH = 2;
  private static final long SUMS_AT_ONCE = 1L << 20;

  /** Below it, what is left of the resamples says too little. */
  private static final double LEAST_DEFINED = 0.5;

  private final Target target;
  private final Settings settings;
  private final PoissonWeights weights;

  /**
   * @param metric one of {@link dev.lockstep.config.KnownNames#metrics}
   * @param resamples at least 1
   * @param confidence in (0, 1)
   */
  public record Settings(String metric, int resamples, double confidence, long seed) {}

  /** The ends of an interval of the gain, in the metric's unit; above 0 is better. */
  public record Interval(double low, double high) {}

  public PairedBootstrap(Target target, Settings settings) {
    this.target = target;
    this.settings = settings;
    this.weights = new PoissonWeights(settings.seed(), settings.resamples());
  }

  /**
   * The interval of the candidate's gain over the champion.
   *
   * @param pairs columns row_id, label, candidate, champion: predictions as scorers give them; read
   *     several times
   * @return empty if most resamples leave the metric undefined
   */
  public Optional<Interval> interval(Dataset<Row> pairs) {
    double[] gains = settings.metric().equals("auc") ? rankGains(pairs) : sumGains(pairs);
    double[] defined = Arrays.stream(gains).filter(gain -> !Double.isNaN(gain)).sorted().toArray();
    if (defined.length < LEAST_DEFINED * gains.length) {
      return Optional.empty();
    }
    double tail = (1 - settings.confidence()) / 2;
    return Optional.of(new Interval(quantile(defined, tail), quantile(defined, 1 - tail)));
  }

  private double[] rankGains(Dataset<Row> pairs) {
    ResampledRanks candidate = ranks(pairs, "candidate");
    ResampledRanks champion = ranks(pairs, "champion");
    return IntStream.range(0, settings.resamples())
        .mapToDouble(i -> gain(candidate.auc(i), champion.auc(i)))
        .toArray();
  }

  /** Each partition sums up its run of scores, and the driver appends the runs in order. */
  private ResampledRanks ranks(Dataset<Row> pairs, String model) {
    PoissonWeights rowWeights = weights;
    List<ResampledRanks> runs =
        pairs
            .select(col(ScoredRow.ROW_ID), col(ScoredRow.LABEL), col(model))
            .orderBy(model)
            .toJavaRDD()
            .mapPartitions(rows -> ResampledRanks.of(rows, rowWeights))
            .collect();
    return runs.stream().reduce(new ResampledRanks(settings.resamples()), ResampledRanks::then);
  }

  private double[] sumGains(Dataset<Row> pairs) {
    Row labels = pairs.agg(min(ScoredRow.LABEL), max(ScoredRow.LABEL), count(lit(1))).head();
    if (labels.getLong(2) == 0) {
      return new double[] {Double.NaN};
    }
    double centre = (labels.getDouble(0) + labels.getDouble(1)) / 2;
    RowTerms terms = MetricTerms.of(settings.metric(), target, centre);
    JavaRDD<PairedRow> rows =
        pairs
            .select(col(ScoredRow.ROW_ID), col(ScoredRow.LABEL), col("candidate"), col("champion"))
            .toJavaRDD()
            .map(PairedRow::of);
    double perUnit = perUnit(rows, terms, labels.getLong(2));
    int block = (int) Math.max(1, Math.min(settings.resamples(), SUMS_AT_ONCE / terms.sums()));
    double[] gains = new double[settings.resamples()];
    for (int from = 0; from < gains.length; from += block) {
      int count = Math.min(block, gains.length - from);
      ResampledSums sums =
          rows.treeAggregate(
              new ResampledSums(terms, weights, from, count, perUnit),
              ResampledSums::add,
              ResampledSums::merge,
              TREE_DEPTH);
      for (int i = 0; i < count; i++) {
        gains[from + i] = gain(sums.metric(0, i), sums.metric(1, i));
      }
    }
    return gains;
  }

  /** A resample's weights sum to about the rows, so to less than 4 times as many. */
  private static double perUnit(JavaRDD<PairedRow> rows, RowTerms terms, long count) {
    double greatest = rows.map(row -> greatest(row, terms)).reduce(Math::max);
    int bits = Math.getExponent(Math.max(greatest, Double.MIN_NORMAL)) + 1;
    int countBits = 64 - Long.numberOfLeadingZeros(4 * count);
    return Math.scalb(1.0, Math.min(1000, 62 - bits - countBits));
  }

  private static double greatest(PairedRow row, RowTerms terms) {
    double[] most = {0};
    RowTerms.Sink sink = (sum, term) -> most[0] = Math.max(most[0], Math.abs(term));
    terms.add(row.label(), row.candidate(), sink);
    terms.add(row.label(), row.champion(), sink);
    return most[0];
  }

  private double gain(double candidate, double champion) {
    return MetricDirection.of(settings.metric()).gain(candidate, champion);
  }

  /** Linear between the two nearest, as NumPy's default. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
