package dev.lockstep.training.round;

/**
 * What one iteration tells of the gradient's noise: unbiased estimates of |G|^2, the squared norm
 * of the true gradient, and of tr(Sigma), the variance of one sample's gradient summed over the
 * parameters. Their ratio, tr(Sigma) / |G|^2, once each is averaged over many iterations, is the
 * simple noise scale (McCandlish et al. 2018, arXiv 1812.06162, appendix A.1).
 *
 * <p>There, small batches all have the same size b and the large one the size B:
 *
 * <pre>
 * |G|^2     = (B |G_B|^2 - b |G_b|^2) / (B - b)
 * tr(Sigma) = (|G_b|^2 - |G_B|^2) / (1/b - 1/B)
 * </pre>
 *
 * <p>Here the small batches are the shards' shares of the batch. A mean gradient G_n of n samples
 * has E |G_n|^2 = |G|^2 + tr(Sigma) / n. Let k shards have n_s &gt; 0 samples, B in all, and
 * gradient sums g_s = n_s G_s. The mean of |G_s|^2 weighted by n_s / B is
 *
 * <pre>
 * A = sum_s (n_s / B) |g_s|^2 / n_s^2 = (1/B) sum_s |g_s|^2 / n_s
 * E A = |G|^2 + tr(Sigma) sum_s (n_s / B) / n_s = |G|^2 + tr(Sigma) k / B
 * </pre>
 *
 * so shares of any sizes count as equal ones of b = B / k: with it the two formulas hold as they
 * are. The second is then the mean square between groups of a one-way analysis of variance.
 *
 * @param squaredNorm estimate of |G|^2; may be negative
 * @param variance estimate of tr(Sigma)
 */
public record GradientNoise(double squaredNorm, double variance) {

  /** Of an iteration that tells nothing: it adds nothing to a sum. */
  static final GradientNoise NONE = new GradientNoise(0, 0);

  /**
   * @param batchSquare |G_B|^2, of the batch's mean gradient without L1 and L2
   * @param shardSquares |g_s|^2 of the shards, in order
   * @param shardSamples n_s
   */
  static GradientNoise of(double batchSquare, double[] shardSquares, int[] shardSamples) {
    int samples = 0;
    int shards = 0;
    double scaled = 0;
    for (int shard = 0; shard < shardSquares.length; shard++) {
      if (shardSamples[shard] > 0) {
        samples += shardSamples[shard];
        shards++;
        scaled += shardSquares[shard] / shardSamples[shard];
      }
    }
    if (shards < 2) {
      return NONE;
    }
    double shareSquare = scaled / samples;
    return new GradientNoise(
        (shards * batchSquare - shareSquare) / (shards - 1),
        samples * (shareSquare - batchSquare) / (shards - 1));
  }
}
