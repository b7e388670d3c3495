package dev.lockstep.pipeline;

import dev.lockstep.dataset.PreparedData;
import dev.lockstep.dataset.Split;
import dev.lockstep.training.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Map;

/** A night, or the demo: prepare, train, evaluate in one Spark application. */
public final class Nightly {
  private Nightly() {}

  /** All steps' results as one, with the seconds that each took. */
  public static Map<String, Object> run(RunContext context, TrainingListener listener) {
    Map<String, Object> seconds = new LinkedHashMap<>();
    long started = System.nanoTime();
    TrainStep.checkWorkers(context);
    PreparedData prepared = PrepareStep.run(context);
    long preparedAt = System.nanoTime();
    seconds.put("prepare", seconds(started, preparedAt));
    TrainResult trained = TrainStep.run(context, prepared, listener);
    long trainedAt = System.nanoTime();
    seconds.put("train", seconds(preparedAt, trainedAt));
    Map<String, Object> evaluated =
        EvaluateStep.run(context, prepared, trained.version(), Split.TEST);
    seconds.put("evaluate", seconds(trainedAt, System.nanoTime()));

    Map<String, Object> result = new LinkedHashMap<>(PrepareStep.result(context, prepared));
    result.putAll(trained.values());
    result.putAll(evaluated);
    result.put("seconds", seconds);
    return result;
  }

  private static double seconds(long from, long to) {
    return Math.round((to - from) / 1e8) / 10.0;
  }
}
