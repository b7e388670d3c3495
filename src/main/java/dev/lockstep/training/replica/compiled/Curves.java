package dev.lockstep.training.replica.compiled;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** DL4J's activation functions that have a compiled form. */
final class Curves {
  private Curves() {}

  /** The curve of a DL4J activation function, if there is one. */
  static Optional<Curve> of(IActivation function) {
    if (function instanceof ActivationReLU relu) {
      boolean plain =
          relu.getMax() == null && relu.getThreshold() == null && relu.getNegativeSlope() == null;
      return plain ? Optional.of(PiecewiseCurves::relu) : Optional.empty();
    }
    if (function instanceof ActivationLReLU leaky) {
      return Optional.of(PiecewiseCurves.leakyRelu((float) leaky.getAlpha()));
    }
    if (function instanceof ActivationELU elu) {
      // DL4J's derivative ignores any other alpha.
      return elu.getAlpha() == 1 ? Optional.of(SmoothCurves::elu) : Optional.empty();
    }
    if (function instanceof ActivationGELU gelu) {
      return gelu.isPrecise() ? Optional.empty() : Optional.of(SmoothCurves.gated(1.702f));
    }
    if (function instanceof ActivationSwish) {
      return Optional.of(SmoothCurves.gated(1));
    }
    if (function instanceof ActivationTanH) {
      return Optional.of(SmoothCurves::tanh);
    }
    if (function instanceof ActivationSigmoid) {
      return Optional.of(SmoothCurves::sigmoid);
    }
    if (function instanceof ActivationSoftSign) {
      return Optional.of(SmoothCurves::softSign);
    }
    if (function instanceof ActivationHardTanH) {
      return Optional.of(PiecewiseCurves::hardTanh);
    }
    return function instanceof ActivationIdentity
        ? Optional.of((values, slopes) -> Arrays.fill(slopes, 1))
        : Optional.empty();
  }
}
