package dev.lockstep.pipeline;

import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.dataset.Split;
import dev.lockstep.training.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A night, or the demo: prepare, train, evaluate, promote and score in one Spark application. */
public final class Nightly {
  private final RunContext context;
  private final Map<String, Object> seconds = new LinkedHashMap<>();

  private Nightly(RunContext context) {
    this.context = context;
  }

  /**
   * All steps' results as one, with the seconds that each took. A night that is done already has
   * the same result, and leaves no new rows.
   *
   * @throws RejectedDataException if the night's data do not fit; that is a row of {@code runs},
   *     too
   */
  public static Map<String, Object> run(RunContext context, TrainingListener listener) {
    return new Nightly(context).run(listener);
  }

  private Map<String, Object> run(TrainingListener listener) {
    TrainStep.checkWorkers(context);
    PreparedData prepared = timed("prepare", () -> PrepareStep.run(context));
    TrainResult trained = timed("train", () -> TrainStep.run(context, prepared, listener));
    Map<String, Object> evaluated =
        timed("evaluate", () -> EvaluateStep.run(context, prepared, trained.version(), Split.TEST));
    Map<String, Object> decided = timed("promote", () -> PromoteStep.run(context));
    Map<String, Object> scored = timed("score", () -> NightScore.run(context));

    Map<String, Object> result = new LinkedHashMap<>(PrepareStep.result(context, prepared));
    result.putAll(trained.values());
    result.putAll(evaluated);
    result.putAll(decided);
    result.put("score", scored);
    result.put("seconds", seconds);
    return result;
  }

  private <T> T timed(String step, Supplier<T> body) {
    long started = System.nanoTime();
    T result = body.get();
    seconds.put(step, Math.round((System.nanoTime() - started) / 1e8) / 10.0);
    return result;
  }
}
