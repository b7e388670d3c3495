package dev.lockstep.training.dl4j;

import dev.lockstep.network.TrainableNetwork;
import dev.lockstep.training.round.RoundResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Calls DL4J's listeners on the driver, with the user's own network: the start and end of an epoch,
 * and after each round {@code iterationDone} for each of its iterations in order, with the
 * iteration's score and counts as in single-machine training. The parameters are those after the
 * round's last iteration. What happens within an iteration (activations, gradients) stays on the
 * workers and is not told.
 */
final class DriverListeners {
  static final DriverListeners NONE = new DriverListeners(List.of());

  private final List<TrainingListener> listeners;

  private DriverListeners(List<TrainingListener> listeners) {
    this.listeners = listeners;
  }

  /**
   * @param router where listeners that route their reports send them; null: where they do already
   */
  static DriverListeners of(StatsStorageRouter router, Collection<TrainingListener> listeners) {
    List<TrainingListener> given = listeners == null ? List.of() : new ArrayList<>(listeners);
    for (TrainingListener listener : given) {
      if (router != null && listener instanceof RoutingIterationListener routing) {
        routing.setStorageRouter(router);
      }
    }
    return new DriverListeners(given);
  }

  void epochStarted(Subject subject) {
    listeners.forEach(listener -> listener.onEpochStart(subject.model()));
  }

  void epochEnded(Subject subject) {
    listeners.forEach(listener -> listener.onEpochEnd(subject.model()));
  }

  /** Leaves the network's counts and score at the round's end. */
  void iterationsDone(Subject subject, List<RoundResult.Iteration> iterations) {
    TrainableNetwork network = subject.network();
    for (RoundResult.Iteration iteration : iterations) {
      subject.score(iteration.loss());
      int done = network.iteration();
      for (TrainingListener listener : listeners) {
        listener.iterationDone(subject.model(), done, network.epoch());
      }
      network.count(done + 1, network.epoch());
    }
  }
}
