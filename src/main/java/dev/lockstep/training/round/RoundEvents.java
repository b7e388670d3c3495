package dev.lockstep.training.round;

import dev.lockstep.training.allreduce.Rendezvous;
import java.util.function.IntSupplier;

/**
 * What the driver does at a round's events.
 *
 * @param stop ends the round's tasks that still run
 * @param free how many tasks Spark can run at once
 */
record RoundEvents(Progress progress, Runnable stop, IntSupplier free)
    implements Rendezvous.Events {
  @Override
  public void progressed(int iteration, double loss) {
    progress.at(iteration, loss);
  }

  @Override
  public void failed() {
    stop.run();
  }

  @Override
  public int slots() {
    return free.getAsInt();
  }
}
