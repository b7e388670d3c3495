package dev.lockstep.training;

import dev.lockstep.network.NetworkState;
import dev.lockstep.training.allreduce.WorkerFailedException;
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
      } catch (WorkerFailedException e) {
        giveUpOrRetry(attempt, e);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Exception e) {
        // Spark's exceptions are checked, though its Java interface does not say so.
        if (!(e instanceof SparkException)) {
          throw new IllegalStateException(FailureReason.of(e).text(), e);
        }
        giveUpOrRetry(attempt, e);
      }
    }
  }

  private void giveUpOrRetry(int attempt, Exception failure) {
    FailureReason reason = FailureReason.of(failure);
    if (!reason.mayPass()) {
      throw new IllegalStateException(reason.text(), failure);
    }
    if (attempt >= most) {
      throw new TrainingFailedException(reason, attempt, failure);
    }
    listener.retrying(attempt, reason.text());
  }
}
