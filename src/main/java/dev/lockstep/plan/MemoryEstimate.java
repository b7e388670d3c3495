package dev.lockstep.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Bytes that a worker keeps, by where they lie; what the process itself takes is {@link
 * ExecutorMemory}'s.
 *
 * @param data rows of its shards, features and label: in local files that are mapped, so neither on
 *     the heap nor memory that the system could not take back
 * @param order the samples' order in an epoch: on the heap
 * @param panels activations, their gradients and slopes once more, for loops: on the heap
 * @param parameters the flat parameter vector; like all that follows, off the heap
 * @param gradient of the same size
 * @param updaterState what the updater remembers
 * @param sums partial sums of gradients over several shards
 * @param exchange what comes from other executors' workers to be added
 * @param activations a shard's part of a batch, outputs of all layers and their gradients
 * @param copies parameters and updater state as they come in, until they are in place
 */
public record MemoryEstimate(
    long data,
    long order,
    long panels,
    long parameters,
    long gradient,
    long updaterState,
    long sums,
    long exchange,
    long activations,
    long copies) {

  /** The flat vectors are memory of at most 2 GB each. */
  private static final long MOST_PARAMETERS = Integer.MAX_VALUE / Float.BYTES;

  /**
   * A state travels, and is read from a checkpoint, as one array of at most 2 GB; what a round
   * tells beside it and what a file has around it needs some of them.
   */
  private static final long MOST_STATE = (Integer.MAX_VALUE - (64L << 20)) / Float.BYTES;

  /**
   * A state comes in as bytes and is an array then; it goes out as an array, as a buffer that grew
   * to at most twice its size, as its bytes, and within the task's result.
   */
  private static final int STATES_ON_HEAP = 7;

  /** Megabytes for what a round tells of its iterations. */
  private static final long RESULTS_MARGIN = 64;

  /** Floats of a sum that travel at a time. */
  private static final long PIECE = 1L << 16;

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
    int shards = (int) ceil(input.shards(), input.workers());
    long rows = ceil(input.batches().samples(), input.shards()) * shards;
    long parameters = input.network().parameters() * Float.BYTES;
    long state = input.updaterState() * Float.BYTES;
    long micro = microBatches(input);
    long outputs = micro * input.network().activations() * Float.BYTES;
    return new MemoryEstimate(
        rows * (input.features() + 1L) * Float.BYTES,
        rows * Integer.BYTES,
        3 * outputs,
        parameters,
        parameters,
        state,
        sums(input) * parameters,
        exchange(input) * Float.BYTES,
        2 * outputs + shards * micro * input.features() * Float.BYTES,
        parameters + state);
  }

  /** Samples of a shard's parts of batches, each size once: arrays of each are kept. */
  private static long microBatches(Input input) {
    return IntStream.of(input.batches().firstBatch(), input.batches().lastBatch())
        .flatMap(batch -> IntStream.of(batch / input.shards(), (int) ceil(batch, input.shards())))
        .distinct()
        .sum();
  }

  /** Vectors of sums of the worker that has the most: one a level of each of its subtrees. */
  private static long sums(Input input) {
    SummingTree tree = new SummingTree(input.shards());
    return IntStream.range(0, input.workers())
        .mapToObj(worker -> tree.cover(tree.shardsOf(worker, input.workers())))
        .mapToLong(MemoryEstimate::sums)
        .max()
        .orElseThrow();
  }

  private static long sums(List<SummingTree.Node> cover) {
    if (cover.size() == 1 && cover.get(0).isLeaf()) {
      return 0; // the gradient itself
    }
    return cover.stream()
        .mapToInt(node -> node.to() - node.from())
        .map(leaves -> Math.max(1, Integer.SIZE - 1 - Integer.numberOfLeadingZeros(leaves)))
        .sum();
  }

  /**
   * Floats of other workers' sums that a worker has room for: a piece of its slice from each whose
   * shards are one subtree, the whole slice of each subtree from others.
   */
  private static long exchange(Input input) {
    SummingTree tree = new SummingTree(input.shards());
    long slice = ceil(input.network().parameters(), input.workers());
    return IntStream.range(1, input.workers())
        .mapToObj(worker -> tree.cover(tree.shardsOf(worker, input.workers())))
        .mapToLong(cover -> cover.size() == 1 ? Math.min(slice, PIECE) : cover.size() * slice)
        .sum();
  }

  /** Native arrays of a worker. */
  public long offHeap() {
    return parameters + gradient + updaterState + sums + exchange + activations + copies;
  }

  /** Arrays on a worker's heap: order and panels, and the state that goes in and comes out. */
  public long heap() {
    return order + panels + STATES_ON_HEAP * (parameters + updaterState);
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
    if (state() / Float.BYTES > MOST_STATE) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "Unsupported network: %,d parameters and %,d numbers of updater state (must be at most"
                  + " %,d together: train.updater.type = sgd needs no state)",
              parameters / Float.BYTES,
              updaterState / Float.BYTES,
              MOST_STATE));
    }
    if (limit.workers() * offHeap() > limit.offHeap()) {
      return Optional.of(shortage(limit, "native memory", offHeap(), limit.offHeap()));
    }
    return limit.workers() * heap() > limit.heap()
        ? Optional.of(shortage(limit, "heap", heap(), limit.heap()))
        : Optional.empty();
  }

  /**
   * Why a round could not bring its state to the driver: one line for the user; empty where it can.
   *
   * @param most bytes that Spark lets a stage's results have (spark.driver.maxResultSize); 0: any
   */
  public Optional<String> resultShortage(long most) {
    return resultShortage(state(), most);
  }

  /**
   * The same of a state that is there.
   *
   * @param state bytes of parameters and updater state
   */
  public static Optional<String> resultShortage(long state, long most) {
    if (most == 0 || state < most) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Invalid network: its parameters and updater state are %,d MB, which each round brings to"
                + " the driver (must be less than spark.driver.maxResultSize, %,d MB: give --conf"
                + " spark.driver.maxResultSize=%dm)",
            megabytes(state),
            most / 1_000_000,
            (state >> 20) + RESULTS_MARGIN));
  }

  /** What a round gets and brings. */
  private long state() {
    return parameters + updaterState;
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
