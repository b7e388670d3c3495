package dev.lockstep.config;

/**
 * The rule that turns a mean gradient into a weight update; the formulas are DL4J's.
 *
 * @param momentum of Nesterov, in [0, 1)
 * @param beta1 of Adam, in [0, 1)
 * @param beta2 of Adam, in [0, 1)
 * @param decay of RMSProp's mean square, in (0, 1)
 * @param epsilon added to the denominator of Adam, RMSProp and AdaGrad
 * @param weightDecay decoupled decay of the weights, times the learning rate (Loshchilov and Hutter
 *     2019, arXiv 1711.05101); 0 for none
 */
public record UpdaterConfig(
    Type type,
    ScheduleConfig learningRate,
    double momentum,
    double beta1,
    double beta2,
    double decay,
    double epsilon,
    double weightDecay) {

  /** The updater's name, in config as lower case. */
  public enum Type {
    SGD,
    NESTEROV,
    ADAM,
    RMSPROP,
    ADAGRAD
  }
}
