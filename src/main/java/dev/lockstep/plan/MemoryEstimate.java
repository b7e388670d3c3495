package dev.lockstep.plan;

import java.util.Locale;
import java.util.Optional;

/**
 * Bytes that a worker keeps, by where they lie; buffers, copies and the JVM come on top.
 *
 * @param data rows of its shards, features and label: in local files that are mapped, so neither on
 *     the heap nor counted as its own memory
 * @param order the samples' order in an epoch: on the heap
 * @param parameters the flat parameter vector; like all that follows, off the heap
 * @param gradient of the same size
 * @param updaterState what the updater remembers
 * @param sums partial sums of gradients over several shards, and what is exchanged
 * @param activations outputs of all layers for one shard's part of a batch, and their gradients
 */
public record MemoryEstimate(
    long data,
    long order,
    long parameters,
    long gradient,
    long updaterState,
    long sums,
    long activations) {

  /** The flat vectors are memory of at most 2 GB each. */
  private static final long MOST_PARAMETERS = Integer.MAX_VALUE / Float.BYTES;

  /** A state goes in as an array, and comes out as one and as the bytes that travel. */
  private static final int STATES_ON_HEAP = 3;

  /**
   * What the estimate starts from.
   *
   * @param updaterState floats in the updater's flat state
   */
  public record Input(
      BatchPlan batches,
      int shards,
      int workers,
      int features,
      NetworkSize network,
      long updaterState) {}

  /**
   * What one process offers.
   *
   * @param name for people
   * @param option of spark-submit that changes it
   * @param heap the most that its heap may be
   * @param offHeap the most that native arrays may be
   * @param workers how many run in it at once
   */
  public record Limit(String name, String option, long heap, long offHeap, int workers) {}

  /** The most that any worker keeps: ceil(S / W) shards of ceil(N / S) samples. */
  public static MemoryEstimate of(Input input) {
    long shardRows = ceil(input.batches().samples(), input.shards());
    int shards = (int) ceil(input.shards(), input.workers());
    long rows = shardRows * shards;
    long micro = Math.min(shardRows, ceil(input.batches().batchSize(), input.shards()));
    long parameters = input.network().parameters() * Float.BYTES;
    // One sum a level of the tree below the worker's shards; one vector to send and to receive.
    int levels = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(shards);
    int sums = levels + (input.workers() > 1 ? 1 : 0);
    return new MemoryEstimate(
        rows * (input.features() + 1L) * Float.BYTES,
        rows * Integer.BYTES,
        parameters,
        parameters,
        input.updaterState() * Float.BYTES,
        sums * parameters,
        2 * micro * input.network().activations() * Float.BYTES);
  }

  /** Native arrays of a worker. */
  public long offHeap() {
    return parameters + gradient + updaterState + sums + activations;
  }

  /** Arrays on a worker's heap: the order, and the state that goes in and comes out. */
  public long heap() {
    return order + STATES_ON_HEAP * (parameters + updaterState);
  }

  /** Why training cannot work within a limit: one line for the user; empty where it can. */
  public Optional<String> shortage(Limit limit) {
    if (parameters / Float.BYTES > MOST_PARAMETERS) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "Unsupported network: %,d parameters (must be at most %,d)",
              parameters / Float.BYTES,
              MOST_PARAMETERS));
    }
    if (limit.workers() * offHeap() > limit.offHeap()) {
      return Optional.of(shortage(limit, "native memory", offHeap(), limit.offHeap()));
    }
    return limit.workers() * heap() > limit.heap()
        ? Optional.of(shortage(limit, "heap", heap(), limit.heap()))
        : Optional.empty();
  }

  private static String shortage(Limit limit, String memory, long each, long most) {
    return String.format(
        Locale.ROOT,
        "Invalid network: its training needs %,d MB of %s in %s, %,d workers of %,d MB (must be at"
            + " most %,d MB: give more %s, or use fewer workers in one process)",
        megabytes(limit.workers() * each),
        memory,
        limit.name(),
        limit.workers(),
        megabytes(each),
        most / 1_000_000,
        limit.option());
  }

  private static long megabytes(long bytes) {
    return ceil(bytes, 1_000_000);
  }

  private static long ceil(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
