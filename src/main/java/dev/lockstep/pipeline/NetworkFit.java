package dev.lockstep.pipeline;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.LockstepConfig;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.dataset.PreparedData;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.LayerSizes;
import dev.lockstep.network.NetworkShape;
import dev.lockstep.network.NetworkState;
import dev.lockstep.plan.BatchPlan;
import dev.lockstep.plan.BatchShares;
import dev.lockstep.plan.ExecutorMemory;
import dev.lockstep.plan.MemoryEstimate;
import dev.lockstep.plan.NetworkSize;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.bytedeco.javacpp.Pointer;

/** Whether driver and executors can hold a network in training: said before the first round. */
final class NetworkFit {
  private static final String NATIVE_LIMIT = "org.bytedeco.javacpp.maxbytes";

  private final RunContext context;
  private final PreparedData prepared;
  private final NetworkShape shape;
  private final int workers;

  NetworkFit(RunContext context, PreparedData prepared, NetworkShape shape, int workers) {
    this.context = context;
    this.prepared = prepared;
    this.shape = shape;
    this.workers = workers;
  }

  /**
   * Before a network of layers is built; what a file holds only its network tells.
   *
   * @throws InvalidConfigException if it does not fit
   */
  void checkPlanned() {
    LockstepConfig config = context.config();
    if (NetworkSource.of(config.network()).isPresent()) {
      return;
    }
    NetworkSize size = LayerSizes.of(config.network().layers(), shape.features(), shape.outputs());
    check(size, LayerSizes.updaterState(size, config.train().updater().type()));
  }

  /**
   * @throws InvalidConfigException if the network does not fit
   */
  void check(NetworkState state) {
    NetworkSize size = new NetworkSize(shape.outputs(), state.parameters().length, 0, 0);
    check(size, state.updaterState().length);
  }

  /** A line where executors have less room beside their heap than training takes there. */
  Optional<String> overheadShortage(NetworkState state) {
    SparkContext spark = context.spark().sparkContext();
    if (spark.isLocal()) {
      return Optional.empty(); // a process that nobody limits
    }
    MemoryEstimate each = estimate(size(state), state.updaterState().length);
    return ExecutorOverhead.of(spark).shortage(ExecutorMemory.of(each, limit().workers()));
  }

  /** With activations where the settings tell the layers. */
  private NetworkSize size(NetworkState state) {
    LockstepConfig config = context.config();
    return NetworkSource.of(config.network()).isPresent()
        ? new NetworkSize(shape.outputs(), state.parameters().length, 0, 0)
        : LayerSizes.of(config.network().layers(), shape.features(), shape.outputs());
  }

  private void check(NetworkSize size, long updaterState) {
    MemoryEstimate each = estimate(size, updaterState);
    each.shortage(limit()).ifPresent(NetworkFit::refuse);
    if (context.config().train().trainer() == TrainConfig.Trainer.EXACT) {
      SparkConf settings = context.spark().sparkContext().getConf();
      each.resultShortage(settings.getSizeAsBytes("spark.driver.maxResultSize", "1g"))
          .ifPresent(NetworkFit::refuse);
    }
  }

  /** A line where batches are too small for batch norm. */
  Optional<String> batchNormNotice(Blueprint network) {
    TrainConfig train = context.config().train();
    if (train.trainer() != TrainConfig.Trainer.EXACT || !network.hasBatchNorm()) {
      return Optional.empty();
    }
    return new BatchShares(batches(), train.shards()).notice();
  }

  private MemoryEstimate estimate(NetworkSize size, long updaterState) {
    TrainConfig train = context.config().train();
    return MemoryEstimate.of(
        new MemoryEstimate.Input(
            batches(), train.shards(), workers, shape.features(), size, updaterState));
  }

  private BatchPlan batches() {
    TrainConfig train = context.config().train();
    return new BatchPlan(prepared.trainRows(), train.batchSize(), train.epochs());
  }

  private static void refuse(String line) {
    throw new InvalidConfigException(line);
  }

  /** Of an executor; the driver's process where that is the executor. */
  private MemoryEstimate.Limit limit() {
    SparkContext spark = context.spark().sparkContext();
    if (spark.isLocal()) {
      long heap = Runtime.getRuntime().maxMemory();
      return new MemoryEstimate.Limit(
          "this process", "--driver-memory", heap, Pointer.maxBytes(), workers);
    }
    SparkConf settings = spark.getConf();
    long heap = settings.getSizeAsBytes("spark.executor.memory", "1g");
    boolean ownLimit =
        settings.get("spark.executor.extraJavaOptions", "").contains(NATIVE_LIMIT)
            || settings.get("spark.executor.defaultJavaOptions", "").contains(NATIVE_LIMIT);
    int executors = Math.max(1, spark.statusTracker().getExecutorInfos().length - 1);
    return new MemoryEstimate.Limit(
        "an executor",
        "--executor-memory",
        heap,
        ownLimit ? Long.MAX_VALUE : heap,
        (workers + executors - 1) / executors);
  }
}
