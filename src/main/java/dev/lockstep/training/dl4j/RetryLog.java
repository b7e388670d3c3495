package dev.lockstep.training.dl4j;

import dev.lockstep.training.TrainingListener;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the driver's log of failed rounds. */
final class RetryLog implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(SynchronousTrainingMaster.class);

  @Override
  public void retrying(int attempt, String reason) {
    LOG.warn("Retrying after failed attempt {} of a round: {}", attempt, reason);
  }

  @Override
  public void recovered(Duration lost, int workers) {
    LOG.info("Recovered: the round is done on {} workers, {} ms lost", workers, lost.toMillis());
  }
}
