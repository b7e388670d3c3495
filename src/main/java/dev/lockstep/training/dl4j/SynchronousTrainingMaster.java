package dev.lockstep.training.dl4j;

import dev.lockstep.config.ConfigLoader;
import dev.lockstep.config.TrainConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Exact synchronous training behind DL4J's Spark interface: in the place of a
 * ParameterAveragingTrainingMaster in SparkDl4jMultiLayer or SparkComputationGraph.
 *
 * <p>One {@code fit} is one epoch, a complete pass over the RDD: ceil(N / batch size) iterations,
 * each one weight update from the mean gradient of the whole cluster's batch. The network's counts
 * and its updater's state go on from call to call, as in single-machine training; the network is
 * the user's own object, changed in place. Given the network, the examples in their order, batch
 * size, shards and seed, its bits are the same on any number of workers.
 *
 * <p>The RDD's examples count in the order of its partitions and of the elements within, whatever
 * number of examples an element has; their order in each epoch follows from (seed, epoch, shard).
 * The RDD is computed twice, to count and to lay out the examples on the workers, and then not
 * again while {@code fit} gets the same RDD object. One whose order changes when it is computed
 * again, or that is expensive, wants {@link Builder#storageLevel} or its own {@code cache()}.
 *
 * <p>Hooks are called on the workers: {@code preUpdate} before the forward pass of a shard's share
 * of a batch, {@code postUpdate} with the same share after the update from the whole batch, with
 * the worker's replica, which they must not change. Listeners are called on the driver: {@code
 * onEpochStart}, {@code onEpochEnd}, and after each round {@code iterationDone} for each of its
 * iterations with the iteration's own score; parameters that a listener reads are those after the
 * round ({@link Builder#iterationsPerRound} makes rounds shorter than an epoch), and the methods
 * that show activations and gradients are not called.
 */
public final class SynchronousTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>>, AutoCloseable {
  private final MasterSettings settings;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private DriverListeners listeners = DriverListeners.NONE;
  private SynchronousTrainingStats stats;
  private LaidOutExamples examples;

  SynchronousTrainingMaster(MasterSettings settings) {
    this.settings = settings;
  }

  /**
   * The master whose {@link #toJson} this is; without hooks and listeners.
   *
   * @throws IllegalArgumentException in one line if it is not one's
   */
  public static SynchronousTrainingMaster fromJson(String json) {
    return new SynchronousTrainingMaster(MasterJson.JSON.read(json));
  }

  /** The same of {@link #toYaml}. */
  public static SynchronousTrainingMaster fromYaml(String yaml) {
    return new SynchronousTrainingMaster(MasterJson.YAML.read(yaml));
  }

  @Override
  public String toJson() {
    return MasterJson.JSON.write(settings);
  }

  @Override
  public String toYaml() {
    return MasterJson.YAML.write(settings);
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> trainingData) {
    fit(Subject.of(network), Source.ofDataSets(trainingData));
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> trainingData) {
    fit(Subject.of(graph), Source.ofDataSets(trainingData));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> trainingData) {
    fit(Subject.of(graph), Source.ofMultiDataSets(trainingData));
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> trainingDataPaths,
      DataSetLoader dsLoader,
      MultiDataSetLoader mdsLoader) {
    Subject subject = network == null ? Subject.of(graph) : Subject.of(network);
    fit(
        subject,
        dsLoader == null
            ? Source.ofPaths(trainingDataPaths, mdsLoader)
            : Source.ofPaths(trainingDataPaths, dsLoader));
  }

  private void fit(Subject subject, Source source) {
    if (examples == null || !examples.isOf(subject.spark(), source)) {
      close();
      examples = new LaidOutExamples(subject.spark(), settings, source);
    }
    new EpochRun(settings, subject, examples, new EpochRun.Watchers(hooks, listeners, stats)).run();
  }

  @Override
  public void addHook(TrainingHook trainingHook) {
    hooks.add(trainingHook);
  }

  @Override
  public void removeHook(TrainingHook trainingHook) {
    hooks.remove(trainingHook);
  }

  @Override
  public void setListeners(Collection<TrainingListener> listeners) {
    setListeners(null, listeners);
  }

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {
    this.listeners = DriverListeners.of(router, listeners);
  }

  @Override
  public void setCollectTrainingStats(boolean collectTrainingStats) {
    if (!collectTrainingStats) {
      stats = null;
    } else if (stats == null) {
      stats = new SynchronousTrainingStats();
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return stats != null;
  }

  /** Times of rounds since collection began; null where none are collected. */
  @Override
  public SparkTrainingStats getTrainingStats() {
    return stats;
  }

  /** Refuses: barrier tasks train, and no TrainingWorker has a part in it. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorker();
  }

  /** Refuses: barrier tasks train, and no TrainingWorker has a part in it. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorker();
  }

  private static UnsupportedOperationException noWorker() {
    return new UnsupportedOperationException(
        "Unsupported call: getWorkerInstance (synchronous training has no TrainingWorker; fit"
            + " trains)");
  }

  /** Lets go of the examples on the workers; they are laid out again when they are asked for. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext sc) {
    close();
    return true;
  }

  /** Lets go of the examples on the workers; they are laid out again when they are asked for. */
  @Override
  public boolean deleteTempFiles(SparkContext sc) {
    close();
    return true;
  }

  @Override
  public void close() {
    if (examples != null) {
      examples.close();
      examples = null;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SynchronousTrainingMaster master && settings.equals(master.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  @Override
  public String toString() {
    return "SynchronousTrainingMaster " + settings;
  }

  /** What {@code train} in reference.conf says where it is not set here. */
  public static final class Builder {
    private final TrainConfig defaults = ConfigLoader.defaultTrain();
    private final List<TrainingHook> hooks = new ArrayList<>();
    private int batchSize;
    private int shards = defaults.shards();
    private Integer workers;
    private long seed = defaults.seed();
    private int maxAttempts = defaults.maxAttempts();
    private Duration timeout = defaults.timeout();
    private Integer iterationsPerRound;
    private StorageLevel storageLevel;

    /**
     * Samples that make one weight update, over the whole cluster, never 'per worker'. Required.
     */
    public Builder batchSize(int batchSize) {
      this.batchSize = batchSize;
      return this;
    }

    /**
     * S: the fixed parts of the training set. Decides the order of sums, so the result's bits; the
     * most workers that can help.
     */
    public Builder shards(int shards) {
      this.shards = shards;
      return this;
    }

    /** W: never changes the result. Without it as many as there are free slots, at most S. */
    public Builder workers(int workers) {
      this.workers = workers;
      return this;
    }

    /** Fixes sample order and dropout; any number. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** How often a round is tried when workers fail. */
    public Builder maxAttempts(int maxAttempts) {
      this.maxAttempts = maxAttempts;
      return this;
    }

    /** How long a round may stand still before it counts as failed. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * After how many iterations the network comes back to the driver and listeners are called.
     * Without it: after each epoch. Never changes the result.
     */
    public Builder iterationsPerRound(int iterations) {
      this.iterationsPerRound = iterations;
      return this;
    }

    /**
     * How Spark keeps the RDD itself while it is trained on, unless it is persisted already.
     * Without it: not at all.
     */
    public Builder storageLevel(StorageLevel level) {
      this.storageLevel = level;
      return this;
    }

    /** Hooks for the workers. */
    public Builder trainingHooks(TrainingHook... hooks) {
      this.hooks.addAll(List.of(hooks));
      return this;
    }

    /**
     * @throws IllegalArgumentException in one line for what is wrong
     */
    public SynchronousTrainingMaster build() {
      SynchronousTrainingMaster master =
          new SynchronousTrainingMaster(
              new MasterSettings(
                  batchSize,
                  shards,
                  workers,
                  seed,
                  maxAttempts,
                  timeout.toMillis(),
                  iterationsPerRound,
                  MasterSettings.nameOf(storageLevel)));
      hooks.forEach(master::addHook);
      return master;
    }
  }
}
