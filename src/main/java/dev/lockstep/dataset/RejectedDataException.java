package dev.lockstep.dataset;

import dev.lockstep.validation.CheckResult;
import java.util.List;

/** Data that do not fit the settings: one line for each problem. Exit code 3. */
public final class RejectedDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<CheckResult> checks;

  public RejectedDataException(String problem) {
    this(List.of(problem), List.of());
  }

  public RejectedDataException(String problem, Throwable cause) {
    super(problem, cause);
    this.checks = List.of();
  }

  public RejectedDataException(List<String> problems) {
    this(problems, List.of());
  }

  public RejectedDataException(List<String> problems, List<CheckResult> checks) {
    super(String.join("\n", problems));
    this.checks = List.copyOf(checks);
  }

  /** All checks that ran, passed ones too; empty if the data were rejected before any could run. */
  public List<CheckResult> checks() {
    return checks == null ? List.of() : checks;
  }
}
