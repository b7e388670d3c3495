package dev.lockstep.training;

import dev.lockstep.network.NetworkState;
import dev.lockstep.training.round.Round;
import dev.lockstep.training.round.RoundResult;
import dev.lockstep.training.round.Rounds;
import java.time.Duration;
import org.apache.spark.SparkException;

/**
 * Runs a round until it succeeds: from the same state each time, on the workers that are there, so
 * to the same bits.
 */
public final class RoundAttempts {
  private final Cluster cluster;
  private final int most;
  private final TrainingListener listener;

  /**
   * @param most attempts at one round before giving up
   */
  public RoundAttempts(Cluster cluster, int most, TrainingListener listener) {
    this.cluster = cluster;
    this.most = most;
    this.listener = listener;
  }

  /**
   * @throws TrainingFailedException if the last attempt failed, too
   * @throws RuntimeException if another attempt would fail the same way
   */
  public RoundResult run(Round round, NetworkState state) {
    long begun = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      try {
        Rounds rounds = attempt == 1 ? cluster.rounds() : cluster.afterFailure();
        long started = System.nanoTime();
        RoundResult result = rounds.run(round, state, listener::progressed);
        if (attempt > 1) {
          listener.recovered(Duration.ofNanos(started - begun), rounds.workers());
        }
        return result;
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Exception e) {
        // Spark's exceptions are checked, though its Java interface does not say so.
        FailureReason reason = FailureReason.of(e);
        if (!(e instanceof SparkException) || !reason.mayPass()) {
          throw new IllegalStateException(reason.text(), e);
        }
        if (attempt >= most) {
          throw new TrainingFailedException(reason, attempt, e);
        }
        listener.retrying(attempt, reason.text());
      }
    }
  }
}
