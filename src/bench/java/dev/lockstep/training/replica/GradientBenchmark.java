package dev.lockstep.training.replica;

import dev.lockstep.bench.Workload;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NativeThreads;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
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

/**
 * Forward pass, loss and backpropagation of one micro-batch: DL4J's path against the compiled one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class GradientBenchmark {
  /** The networks: plain dense layers, or batch norm, tanh and dropout after each as well. */
  public enum Network {
    WIDE(Workload.WIDE),
    NARROW(Workload.NARROW),
    WIDE_ALL_LAYERS(Workload.WIDE);

    private final List<Integer> widths;

    Network(List<Integer> widths) {
      this.widths = widths;
    }

    Workload workload(int samples) {
      return new Workload(widths, samples, samples);
    }

    Blueprint blueprint(Workload workload) {
      return this == WIDE_ALL_LAYERS ? withAllLayers(workload) : workload.blueprint();
    }
  }

  @Param Network network;

  @Param({"32", "128", "256"})
  int samples;

  private final StepClock clock = new StepClock();
  private MicroBatch batch;
  private BatchGradient dl4j;
  private BatchGradient compiled;

  @Setup
  public void setUp() {
    NativeThreads.useOne();
    Workload workload = network.workload(samples);
    batch = Samples.first(workload).batch();
    dl4j = new Dl4jGradient(network.blueprint(workload).build());
    compiled = new CompiledGradient(network.blueprint(workload).build());
  }

  @Benchmark
  public BatchGradient.Score dl4j() {
    return dl4j.compute(batch, 1, clock);
  }

  @Benchmark
  public BatchGradient.Score compiled() {
    return compiled.compute(batch, 1, clock);
  }

  private static Blueprint withAllLayers(Workload workload) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(1).list();
    List<Integer> widths = workload.widths();
    for (int width : widths.subList(1, widths.size() - 1)) {
      list.layer(new DenseLayer.Builder().nOut(width).activation(Activation.IDENTITY).build())
          .layer(new BatchNormalization())
          .layer(new ActivationLayer(Activation.TANH))
          .layer(new DropoutLayer(0.8));
    }
    list.layer(new OutputLayer.Builder().nOut(widths.get(widths.size() - 1)).build())
        .setInputType(InputType.feedForward(widths.get(0)));
    return Blueprint.ofDl4j(list.build().toJson(), workload.shape());
  }
}
