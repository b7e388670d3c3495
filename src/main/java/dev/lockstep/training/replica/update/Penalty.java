package dev.lockstep.training.replica.update;

import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** L1, L2 and weight decay of a stretch of parameters, in the order in which DL4J lists them. */
record Penalty(List<Regularization> terms) {

  /** Empty where one of the terms is of another kind. */
  static Optional<Penalty> of(List<Regularization> terms) {
    List<Regularization> given = terms == null ? List.of() : List.copyOf(terms);
    boolean known =
        given.stream()
            .map(Object::getClass)
            .allMatch(
                type ->
                    type == L1Regularization.class
                        || type == L2Regularization.class
                        || type == WeightDecay.class);
    return known ? Optional.of(new Penalty(given)) : Optional.empty();
  }

  /** Adds L1's and L2's derivatives to the gradient. */
  void before(Moment moment, float[] gradient, float[] parameters, int count) {
    for (Regularization term : terms) {
      if (term instanceof L2Regularization l2) {
        addScaled(gradient, parameters, (float) moment.value(l2.getL2()), count);
      } else if (term instanceof L1Regularization l1) {
        addSigns(gradient, parameters, (float) moment.value(l1.getL1()), count);
      }
    }
  }

  /** Adds weight decay to the update. */
  void after(Moment moment, float[] update, float[] parameters, int count) {
    for (Regularization term : terms) {
      if (term instanceof WeightDecay decay) {
        double rate = decay.isApplyLR() ? moment.learningRate() : 1;
        addScaled(update, parameters, (float) (moment.value(decay.getCoeff()) * rate), count);
      }
    }
  }

  private static void addScaled(float[] to, float[] parameters, float scale, int count) {
    for (int i = 0; i < count; i++) {
      to[i] += scale * parameters[i];
    }
  }

  private static void addSigns(float[] to, float[] parameters, float scale, int count) {
    for (int i = 0; i < count; i++) {
      to[i] += scale * Math.signum(parameters[i]);
    }
  }
}
