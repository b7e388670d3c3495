package dev.lockstep.training.replica.update;

import dev.lockstep.network.TrainableNetwork;

/** One weight update from the gradient's sum over a whole batch, which is used up. */
public interface WeightUpdate {

  /**
   * Divides by the samples, applies regularization, clipping, schedules and the updater in DL4J's
   * order, and changes the parameters. Counting the iteration is the caller's.
   *
   * @param samples in the whole batch
   */
  Norms apply(int samples);

  /**
   * The fastest way that the network's configuration allows: it alone decides, so all replicas go
   * the same.
   */
  static WeightUpdate of(TrainableNetwork network) {
    return FusedUpdate.supports(network) ? new FusedUpdate(network) : new Dl4jUpdate(network);
  }

  /**
   * L2 norms of one weight update, over the parameters that have a gradient in the true sense.
   *
   * @param gradient of the batch's mean gradient, before regularization
   * @param update of what was taken off the parameters
   */
  record Norms(double gradient, double update) {
    public boolean isFinite() {
      return Double.isFinite(gradient) && Double.isFinite(update);
    }
  }
}
