package dev.lockstep.training.round;

import dev.lockstep.training.allreduce.Rendezvous;

/**
 * What the driver does at a round's events.
 *
 * @param stop ends the round's tasks that still run
 */
record RoundEvents(Progress progress, Runnable stop) implements Rendezvous.Events {
  @Override
  public void progressed(int iteration, double loss) {
    progress.at(iteration, loss);
  }

  @Override
  public void failed() {
    stop.run();
  }
}
