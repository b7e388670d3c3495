package dev.lockstep.training.replica.compiled;

import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;

/** z = x W + b, with W [inputs, outputs] and b [outputs] one after the other in the flat parameters. */
final class Linear implements Stage {
  private final Gemm gemm;
  private final Supplier<FloatPointer> input;
  private final Panel inputDeltas;
  private final Signal output;
  private final FlatMemory parameters;
  private final FlatMemory gradient;
  private final FloatPointer weights;
  private final FloatPointer weightGradient;
  private final int biasOffset;
  private final float[] bias;
  private final float[] biasGradient;
  private FloatPointer x;

  /**
   * @param input x [samples, inputs], asked for once a forward pass
   * @param inputDeltas where the derivative with respect to x goes; null if nobody needs it
   * @param offset of W in the flat parameters and the flat gradient
   */
  Linear(
      Supplier<FloatPointer> input, Panel inputDeltas, Signal output, Weights weights, int inputs) {
    int outputs = output.width();
    this.gemm = new Gemm(output.samples(), inputs, outputs);
    this.input = input;
    this.inputDeltas = inputDeltas;
    this.output = output;
    this.parameters = weights.parameters();
    this.gradient = weights.gradient();
    this.weights = parameters.at(weights.offset());
    this.weightGradient = gradient.at(weights.offset());
    this.biasOffset = weights.offset() + inputs * outputs;
    this.bias = new float[outputs];
    this.biasGradient = new float[outputs];
  }

  @Override
  public void forward(long seed) {
    x = input.get();
    gemm.forward(x, weights, output.values().memory());
    output.values().fetch();
    parameters.read(biasOffset, bias);
    Rows.add(output.values().values, bias);
  }

  @Override
  public void backward() {
    FloatPointer dz = output.deltas().publish();
    gemm.weightGradient(dz, x, weightGradient);
    Rows.sum(output.deltas().values, biasGradient);
    gradient.write(biasOffset, biasGradient);
    if (inputDeltas != null) {
      gemm.inputGradient(dz, weights, inputDeltas.memory());
      inputDeltas.fetch();
    }
  }
}
