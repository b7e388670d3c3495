package dev.lockstep.training.replica.compiled;

import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** DL4J's output layers that have a compiled form; no weights on classes. */
final class Heads {
  private Heads() {}

  /** What makes the head of an output layer, if there is one. */
  static Optional<Function<Signal, Head>> of(OutputLayer layer) {
    ILossFunction loss = layer.getLossFn();
    IActivation function = layer.getActivationFn();

    if (loss instanceof LossMCXENT entropy && function instanceof ActivationSoftmax) {
      boolean plain = entropy.getWeights() == null && layer.getNOut() > 1;
      double clip = entropy.getSoftmaxClipEps();
      return plain ? Optional.of(signal -> new SoftmaxHead(signal, clip)) : Optional.empty();
    }
    if (loss instanceof LossBinaryXENT entropy && function instanceof ActivationSigmoid) {
      boolean plain = entropy.getWeights() == null && layer.getNOut() == 1;
      double clip = entropy.getClipEps();
      return plain ? Optional.of(signal -> new SigmoidHead(signal, clip)) : Optional.empty();
    }
    if (loss instanceof LossMSE squared && function instanceof ActivationIdentity) {
      boolean plain = squared.getWeights() == null && layer.getNOut() == 1;
      return plain ? Optional.of(SquaredHead::new) : Optional.empty();
    }
    return Optional.empty();
  }
}
