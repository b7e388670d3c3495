package dev.lockstep.pipeline;

import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.training.DivergedException;
import dev.lockstep.training.TrainingListener;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Nights one after the other in one Spark application. A night whose data are rejected, or whose
 * training diverges, is noted, and the next ones go on, from the champion that there is; any other
 * failure ends them all.
 */
public final class Nights {
  private final RunContext context;
  private final TrainingListener listener;
  private final Consumer<Night> watcher;

  /**
   * @param watcher gets each night when it has ended
   */
  public Nights(RunContext context, TrainingListener listener, Consumer<Night> watcher) {
    this.context = context;
    this.listener = listener;
    this.watcher = watcher;
  }

  /**
   * Runs all nights, both ends included.
   *
   * @return each night, in order
   */
  public List<Night> run(LocalDate from, LocalDate to) {
    List<Night> nights = new ArrayList<>();
    for (LocalDate date = from; !date.isAfter(to); date = date.plusDays(1)) {
      Night night = run(date);
      watcher.accept(night);
      nights.add(night);
    }
    return nights;
  }

  /** What the job prints. */
  public static Map<String, Object> values(List<Night> nights) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("nights", nights.stream().map(Night::values).toList());
    for (String decision : List.of("promoted", "kept")) {
      values.put(
          decision,
          nights.stream().filter(n -> decision.equals(n.result().get("decision"))).count());
    }
    values.put("rejected", count(nights, Night.Status.REJECTED));
    values.put("diverged", count(nights, Night.Status.DIVERGED));
    values.put("seconds", rounded(nights.stream().mapToDouble(Night::seconds).sum()));
    return values;
  }

  public static long count(List<Night> nights, Night.Status status) {
    return nights.stream().filter(night -> night.status() == status).count();
  }

  private Night run(LocalDate date) {
    RunContext night = context.on(date);
    long started = System.nanoTime();
    try {
      Map<String, Object> result = Nightly.run(night, listener);
      return new Night(date, Night.Status.DONE, seconds(started), result, null);
    } catch (RejectedDataException e) {
      return failed(night, Night.Status.REJECTED, seconds(started), e);
    } catch (DivergedException e) {
      return failed(night, Night.Status.DIVERGED, seconds(started), e);
    }
  }

  private static Night failed(
      RunContext night, Night.Status status, double seconds, RuntimeException why) {
    Map<String, Object> known = Map.of("run_id", night.runId().text());
    return new Night(night.date().orElseThrow(), status, seconds, known, why.getMessage());
  }

  private static double seconds(long started) {
    return rounded((System.nanoTime() - started) / 1e9);
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 10) / 10.0;
  }
}
