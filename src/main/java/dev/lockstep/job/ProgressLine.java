package dev.lockstep.job;

import dev.lockstep.training.EpochSummary;
import dev.lockstep.training.TrainingListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Training as a person at a terminal sees it: a bar that moves, or, where stderr is no terminal, a
 * plain line an epoch.
 */
final class ProgressLine implements TrainingListener, AutoCloseable {
  private static final int UPDATE_MILLIS = 250;

  private final PrintStream err;
  private final boolean terminal;
  private Start start;
  private long startedNanos;
  private ProgressBar bar;

  /**
   * @param terminal whether {@code err} is one
   */
  ProgressLine(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  @Override
  public void started(Start start) {
    this.start = start;
    this.startedNanos = System.nanoTime();
    err.println(plan(start));
    if (start.iteration() > 0) {
      err.printf(Locale.ROOT, "Going on after iteration %,d%n", start.iteration());
    }
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("iterations")
              .setInitialMax(start.iterations())
              .startsFrom(start.iteration(), Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(err))
              .build();
    }
  }

  /** The arithmetic of a run in words: 1000 samples in batches of 100: 10 updates an epoch, … */
  static String plan(Start start) {
    return String.format(
        Locale.ROOT,
        "Training: %,d samples in batches of %,d are %,d updates an epoch; %,d epochs are %,d"
            + " updates; %d shards on %s",
        start.samples(),
        start.batchSize(),
        start.iterationsPerEpoch(),
        start.epochs(),
        start.iterations(),
        start.shards(),
        workers(start.workers()));
  }

  @Override
  public void progressed(int iteration, double loss) {
    if (bar != null) {
      bar.setExtraMessage(
          String.format(
              Locale.ROOT,
              " epoch %d/%d, loss %.4f, %,.0f samples/s",
              epoch(iteration),
              start.epochs(),
              loss,
              samplesPerSecond(iteration)));
      bar.stepTo(iteration);
    }
  }

  @Override
  public void epochFinished(EpochSummary summary) {
    if (bar != null) {
      bar.stepTo(summary.iteration());
      return;
    }
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "epoch %d/%d, iteration %,d/%,d, loss %.5f",
            summary.epoch(),
            start.epochs(),
            summary.iteration(),
            start.iterations(),
            summary.loss()));
    summary
        .validation()
        .loss()
        .ifPresent(
            loss ->
                line.append(
                    String.format(
                        Locale.ROOT,
                        ", validation %.5f%s",
                        loss,
                        summary.best() ? " (best so far)" : "")));
    line.append(
        String.format(
            Locale.ROOT,
            ", %,.0f samples/s, %s left",
            summary.samplesPerSecond(),
            left(summary.iteration())));
    err.println(line);
  }

  @Override
  public void retrying(int attempt, String reason) {
    err.println("Retrying after failed attempt " + attempt + " of a round: " + reason);
  }

  @Override
  public void recovered(Duration lost, int workers) {
    err.printf(
        Locale.ROOT,
        "Recovered: the round is done on %s, %.1f s lost%n",
        workers(workers),
        lost.toMillis() / 1e3);
  }

  @Override
  public void finished(String stopReason) {
    close();
    err.println("Training is over: " + stopReason);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private int epoch(int iteration) {
    return Math.min(iteration / start.iterationsPerEpoch() + 1, start.epochs());
  }

  private double samplesPerSecond(int iteration) {
    return (iteration - start.iteration())
        * (double) start.batchSize()
        * 1e9
        / (System.nanoTime() - startedNanos);
  }

  private String left(int iteration) {
    int done = Math.max(1, iteration - start.iteration());
    double nanos = (System.nanoTime() - startedNanos) / (double) done;
    Duration left = Duration.ofNanos((long) (nanos * (start.iterations() - iteration)));
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", left.toHours(), left.toMinutesPart(), left.toSecondsPart());
  }

  private static String workers(int count) {
    return count == 1 ? "1 worker" : count + " workers";
  }
}
