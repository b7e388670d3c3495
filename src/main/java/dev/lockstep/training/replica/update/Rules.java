package dev.lockstep.training.replica.update;

import java.util.Optional;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** The rules of DL4J's updaters that have one. */
final class Rules {
  private Rules() {}

  static Optional<Rule> of(IUpdater updater) {
    // Exact classes: subclasses may compute anything.
    Class<?> type = updater.getClass();
    if (type == Sgd.class) {
      return Optional.of(new SgdRule((Sgd) updater));
    }
    if (type == Nesterovs.class) {
      return Optional.of(new NesterovRule((Nesterovs) updater));
    }
    if (type == Adam.class) {
      return Optional.of(new AdamRule((Adam) updater));
    }
    if (type == RmsProp.class) {
      return Optional.of(new RmsPropRule((RmsProp) updater));
    }
    if (type == AdaGrad.class) {
      return Optional.of(new AdaGradRule((AdaGrad) updater));
    }
    return type == NoOp.class ? Optional.of(new NoOpRule()) : Optional.empty();
  }

  /** Batch norm's running statistics: the 'gradient' is the update. */
  private static final class NoOpRule implements Rule {
    @Override
    public void prepare(int iteration, int epoch) {}

    @Override
    public void apply(float[] gradient, float[][] state, int count) {}
  }
}
