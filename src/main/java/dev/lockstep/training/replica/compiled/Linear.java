package dev.lockstep.training.replica.compiled;

import org.bytedeco.javacpp.FloatPointer;

/**
 * z = x W + b, with W [inputs, outputs] and b [outputs] one after the other in the flat vectors.
 */
final class Linear implements Stage {
  private final Gemm gemm;
  private final Source input;
  private final Signal output;
  private final FloatPointer weights;
  private final FloatPointer bias;
  private final FloatPointer weightGradient;
  private final FloatPointer biasGradient;
  private FloatPointer x;

  Linear(Source input, Signal output, Weights place) {
    int biasOffset = place.offset() + input.width() * output.width();
    this.gemm = new Gemm(output.samples(), input.width(), output.width());
    this.input = input;
    this.output = output;
    this.weights = place.parameters().at(place.offset());
    this.bias = place.parameters().at(biasOffset);
    this.weightGradient = place.gradient().at(place.offset());
    this.biasGradient = place.gradient().at(biasOffset);
  }

  @Override
  public void forward(long seed) {
    x = input.values().get();
    gemm.forward(x, weights, bias, output.values().memory());
    output.values().fetch();
  }

  @Override
  public void backward() {
    FloatPointer dz = output.deltas().publish();
    gemm.parameterGradients(dz, x, weightGradient, biasGradient);
    if (input.deltas() != null) {
      gemm.inputGradient(dz, weights, input.deltas().memory());
      input.deltas().fetch();
    }
  }
}
