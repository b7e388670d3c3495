package dev.lockstep.plan;

/**
 * Bytes of floats that a worker keeps; buffers, copies and the JVM come on top.
 *
 * @param data rows of its shards: features and labels
 * @param parameters the flat parameter vector; the gradient has the same size
 * @param updaterState what the updater remembers
 * @param activations outputs of all layers for one shard's part of a batch, and their gradients
 */
public record MemoryEstimate(long data, long parameters, long updaterState, long activations) {

  /** What the estimate starts from. */
  public record Input(
      BatchPlan batches,
      int shards,
      int workers,
      int features,
      NetworkSize network,
      int statesPerParameter) {}

  /**
   * The most that any worker keeps: ceil(S / W) shards of ceil(N / S) samples.
   *
   * <p>{@code statesPerParameter} is 0 for SGD, 1 for Nesterov, RMSProp and AdaGrad, 2 for Adam.
   */
  public static MemoryEstimate of(Input input) {
    long shardRows = ceil(input.batches().samples(), input.shards());
    long rows = shardRows * ceil(input.shards(), input.workers());
    long trained = input.network().parameters() - input.network().statistics();
    long micro = Math.min(shardRows, ceil(input.batches().batchSize(), input.shards()));
    return new MemoryEstimate(
        rows * (input.features() + input.network().width()) * Float.BYTES,
        input.network().parameters() * Float.BYTES,
        trained * input.statesPerParameter() * Float.BYTES,
        2 * micro * input.network().activations() * Float.BYTES);
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
