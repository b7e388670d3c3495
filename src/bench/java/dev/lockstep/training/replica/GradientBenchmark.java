package dev.lockstep.training.replica;

import dev.lockstep.bench.Duel;
import dev.lockstep.bench.Workload;
import dev.lockstep.network.Blueprint;
import dev.lockstep.training.shard.ShardBlock;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * Forward pass, loss and backpropagation of one micro-batch: DL4J's path against the compiled one.
 */
public final class GradientBenchmark {
  private GradientBenchmark() {}

  public static void main(String[] arguments) {
    Duel.begin();
    for (List<Integer> widths : List.of(List.of(784, 256, 128, 10), List.of(30, 64, 32, 10))) {
      for (int samples : new int[] {32, 64, 128, 256}) {
        Workload workload = new Workload(widths, samples, samples);
        run(workload.name(), workload, workload.blueprint());
      }
    }
    Workload workload = new Workload(List.of(784, 256, 128, 10), 128, 128);
    run("the first, with all layers, 128", workload, withAllLayers(workload));
  }

  private static void run(String name, Workload workload, Blueprint blueprint) {
    MicroBatch batch = batch(workload);
    StepClock clock = new StepClock();
    BatchGradient compiled = new CompiledGradient(blueprint.build());
    BatchGradient dl4j = new Dl4jGradient(blueprint.build());
    Duel.print(name, () -> dl4j.compute(batch, 1, clock), () -> compiled.compute(batch, 1, clock));
  }

  /** Batch norm, tanh and dropout after each hidden layer. */
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

  private static MicroBatch batch(Workload workload) {
    int width = workload.widths().get(0);
    float[] features = new float[workload.samples() * width];
    float[] labels = new float[workload.samples()];
    for (int id = 0; id < labels.length; id++) {
      float[] row = workload.features(id);
      System.arraycopy(row, 0, features, id * width, width);
      labels[id] = workload.label(row);
    }
    int[] indices = IntStream.range(0, labels.length).toArray();
    return new MicroBatch(workload.shape(), labels.length)
        .fill(ShardBlock.of(0, features, labels), indices, 0);
  }
}
