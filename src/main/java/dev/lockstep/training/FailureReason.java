package dev.lockstep.training;

import dev.lockstep.training.allreduce.WorkerFailedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Why something failed, in one line that begins with the cause.
 *
 * @param text at most {@value #MOST} characters
 * @param mayPass false where another attempt would fail the same way: the settings or the data are
 *     at fault
 */
public record FailureReason(String text, boolean mayPass) {
  private static final int MOST = 1000;

  /** Spark keeps a barrier task's failure as text only: which task, then class, message, trace. */
  private static final Pattern BARRIER_TASK =
      Pattern.compile(
          "barrier task \\w+\\(\\d+, (\\d+)\\) finished unsuccessfully\\.\\s*(.*)", Pattern.DOTALL);

  private static final Pattern LOST_TASK =
      Pattern.compile(
          "Lost task (\\d+)\\.\\d+ in stage \\S+ \\(TID \\d+\\) \\(([^)]*)\\): (.*)",
          Pattern.DOTALL);

  private static final Pattern WHERE =
      Pattern.compile("worker \\d+(?: on \\S+)?: |task \\d+ \\([^)]*\\): ");

  private static final Pattern TRACE = Pattern.compile("\\n\\s+at |\\nDriver stacktrace:");

  private static final Pattern LASTING =
      Pattern.compile(
          "dev\\.lockstep\\.(config\\.InvalidConfigException|dataset\\.RejectedDataException)"
              + "|Invalid prepared rows");

  /** Before the cause of an exception in a trace: the last one is where it began. */
  private static final String CAUSE = "\nCaused by: ";

  public static FailureReason of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    String text = message;
    Matcher barrier = BARRIER_TASK.matcher(message);
    Matcher lost = LOST_TASK.matcher(message);
    if (failure instanceof WorkerFailedException worker) {
      text = "worker " + worker.worker() + " on " + worker.host() + ": " + worker.reason();
    } else if (barrier.find()) {
      text = "worker " + barrier.group(1) + ": " + barrier.group(2);
    } else if (lost.find()) {
      text = "task " + lost.group(1) + " (" + lost.group(2) + "): " + lost.group(3);
    } else if (!failure.getClass().getName().startsWith("dev.lockstep.")) {
      text = failure.getClass().getSimpleName() + ": " + message;
    }
    return new FailureReason(oneLine(text), !LASTING.matcher(message).find());
  }

  /** The worker or task that the text begins with. */
  private static String where(String text) {
    Matcher where = WHERE.matcher(text);
    return where.lookingAt() ? where.group() : "";
  }

  private static String oneLine(String text) {
    String head = TRACE.split(text, 2)[0];
    int root = text.lastIndexOf(CAUSE);
    String said = root < 0 ? head : where(head) + text.substring(root + CAUSE.length());
    String line =
        TRACE
            .split(said, 2)[0]
            .lines()
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("; "));
    return line.length() <= MOST ? line : line.substring(0, MOST - 1) + "…";
  }
}
