package dev.lockstep.training.replica.update;

import dev.lockstep.bench.Workload;
import dev.lockstep.network.NativeThreads;
import dev.lockstep.network.TrainableNetwork;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One weight update with its norms: DL4J's updater against the fused one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class UpdateBenchmark {
  /** The updaters with their defaults. */
  public enum Formula {
    SGD(new Sgd(), 0),
    NESTEROV(new Nesterovs(), 0),
    ADAM(new Adam(), 0),
    ADAM_L2(new Adam(), 1e-4),
    RMSPROP(new RmsProp(), 0),
    ADAGRAD(new AdaGrad(), 0);

    private final IUpdater updater;
    private final double l2;

    Formula(IUpdater updater, double l2) {
      this.updater = updater;
      this.l2 = l2;
    }
  }

  /** The networks, for their parameters. */
  public enum Network {
    WIDE(Workload.WIDE),
    NARROW(Workload.NARROW);

    private final List<Integer> widths;

    Network(List<Integer> widths) {
      this.widths = widths;
    }
  }

  private static final int SAMPLES = 128;

  @Param Network network;
  @Param Formula formula;

  private WeightUpdate dl4j;
  private WeightUpdate fused;

  @Setup
  public void setUp() {
    NativeThreads.useOne();
    dl4j = new Dl4jUpdate(network());
    fused = new FusedUpdate(network());
  }

  @Benchmark
  public WeightUpdate.Norms dl4j() {
    return dl4j.apply(SAMPLES);
  }

  @Benchmark
  public WeightUpdate.Norms fused() {
    return fused.apply(SAMPLES);
  }

  private TrainableNetwork network() {
    List<Integer> widths = network.widths;
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(1).updater(formula.updater).l2(formula.l2).list();
    int last = widths.size() - 1;
    for (int i = 1; i < last; i++) {
      list.layer(new DenseLayer.Builder().nIn(widths.get(i - 1)).nOut(widths.get(i)).build());
    }
    list.layer(new OutputLayer.Builder().nIn(widths.get(last - 1)).nOut(widths.get(last)).build());
    MultiLayerNetwork stack = new MultiLayerNetwork(list.build());
    stack.init();
    TrainableNetwork trainable = TrainableNetwork.of(stack);
    trainable.gradient().assign(0.5);
    return trainable;
  }
}
