package dev.lockstep.pipeline;

import dev.lockstep.registry.Versions.Version;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Scoring as a night does it: by the champion, where there is one and a row to score. What a night
 * has left since it was decided on stays as it is when the night is run again, whoever is champion
 * by then.
 */
public final class NightScore {
  private NightScore() {}

  /**
   * @return what the job prints; of a night with nothing to score {@code rows} 0 and the {@code
   *     reason}
   */
  public static Map<String, Object> run(RunContext context) {
    return Leases.ofPredictions(context, NightScore::once);
  }

  private static Map<String, Object> once(RunContext context) {
    return ScoreStep.left(context).orElseGet(() -> byChampion(context));
  }

  private static Map<String, Object> byChampion(RunContext context) {
    Optional<Version> champion = Champion.of(context);
    if (champion.isEmpty()) {
      return nothing(context, context.config().model() + " has no champion");
    }
    if (context.date().isEmpty() && context.config().score().source().isEmpty()) {
      return nothing(context, "without --date and score.source there are no new rows");
    }
    ScoreStep step = ScoreStep.by(context, champion.get());
    return step.score().orElseGet(() -> nothing(context, step.noRows().getMessage()));
  }

  private static Map<String, Object> nothing(RunContext context, String reason) {
    context.notices().accept("Nothing is scored: " + reason);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("run_id", context.runId().text());
    result.put("model", context.config().model());
    result.put("date", context.date().map(LocalDate::toString).orElse(null));
    result.put("rows", 0);
    result.put("reason", reason);
    return result;
  }
}
