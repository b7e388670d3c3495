package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.dataset.RejectedDataException;
import dev.lockstep.storage.Causes;
import dev.lockstep.storage.StoreException;
import dev.lockstep.training.DivergedException;
import dev.lockstep.training.TrainingFailedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;

/**
 * Why a job ended early.
 *
 * @param text finished lines for the user
 */
record JobFailure(ExitCode code, String text) {
  /** Exceptions whose message is made for the user. */
  private static final Map<Class<? extends Throwable>, ExitCode> OURS = new LinkedHashMap<>();

  static {
    OURS.put(InvalidConfigException.class, ExitCode.INVALID);
    OURS.put(RejectedDataException.class, ExitCode.REJECTED);
    OURS.put(DivergedException.class, ExitCode.DIVERGED);
    OURS.put(StoreException.class, ExitCode.FAILED);
    OURS.put(TrainingFailedException.class, ExitCode.FAILED);
    OURS.put(SparkUnavailableException.class, ExitCode.FAILED);
  }

  static JobFailure of(String job, Throwable thrown) {
    List<Throwable> chain = chain(thrown);
    return chain.stream()
        .flatMap(cause -> ours(cause).stream())
        .findFirst()
        .or(() -> chain.stream().flatMap(cause -> quoted(cause).stream()).findFirst())
        .or(() -> disk(job, chain))
        .orElseGet(() -> unexpected(job, chain));
  }

  private static Optional<JobFailure> ours(Throwable cause) {
    return Optional.ofNullable(OURS.get(cause.getClass()))
        .map(code -> new JobFailure(code, cause.getMessage()));
  }

  /** Spark keeps a barrier task's failure as text only: class, message, then the trace. */
  private static Optional<JobFailure> quoted(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    for (var known : OURS.entrySet()) {
      String name = Pattern.quote(known.getKey().getName());
      Matcher quote =
          Pattern.compile(name + ": (.*?)(?=\\n\\s+at |\\nCaused by: |\\z)", Pattern.DOTALL)
              .matcher(message);
      if (quote.find()) {
        return Optional.of(new JobFailure(known.getValue(), quote.group(1).strip()));
      }
    }
    return Optional.empty();
  }

  /** What a local disk refused to Spark's own writers, which know no path. */
  private static Optional<JobFailure> disk(String job, List<Throwable> chain) {
    return chain.stream()
        .filter(FSError.class::isInstance)
        .flatMap(error -> Causes.refusal(error).stream())
        .findFirst()
        .map(
            refusal ->
                new JobFailure(
                    ExitCode.FAILED,
                    "Failed to %s: %s (the disk of the store, or of spark.local.dir)"
                        .formatted(job, refusal)));
  }

  private static JobFailure unexpected(String job, List<Throwable> chain) {
    Throwable telling = chain.get(0);
    for (int i = 1; i < chain.size() && isWrapper(telling); i++) {
      telling = chain.get(i);
    }
    String message = String.valueOf(telling.getMessage()).lines().findFirst().orElse("").strip();
    return new JobFailure(
        ExitCode.FAILED,
        "Failed to %s: %s: %s (run again with --verbose for the trace)"
            .formatted(job, telling.getClass().getName(), message));
  }

  private static boolean isWrapper(Throwable thrown) {
    String name = thrown.getClass().getSimpleName();
    return Set.of(
            "SparkException",
            "ExecutionException",
            "UndeclaredThrowableException",
            "InvocationTargetException")
        .contains(name);
  }

  private static List<Throwable> chain(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = thrown; cause != null && seen.add(cause); cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }
}
