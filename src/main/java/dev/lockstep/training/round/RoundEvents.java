package dev.lockstep.training.round;

import dev.lockstep.training.allreduce.Rendezvous;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * What the driver does at a round's events.
 *
 * @param state a handle of what the round begins with
 * @param stop ends the round's tasks that still run
 * @param free how many tasks Spark can run at once
 */
record RoundEvents(Progress progress, Supplier<byte[]> state, Runnable stop, IntSupplier free)
    implements Rendezvous.Events {
  @Override
  public void progressed(int iteration, double loss) {
    progress.at(iteration, loss);
  }

  @Override
  public byte[] stateHandle() {
    return state.get();
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
