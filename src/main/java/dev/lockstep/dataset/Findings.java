package dev.lockstep.dataset;

import dev.lockstep.validation.CheckResult;
import java.util.ArrayList;
import java.util.List;

/** What the inspections of a run's rows have found so far. */
final class Findings {
  private final List<CheckResult> checks = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param problem the line for the user if the check fails
   */
  void check(CheckResult check, String problem) {
    checks.add(check);
    if (!check.passed()) {
      problems.add(problem);
    }
  }

  /** A check that somebody else judges. */
  void add(CheckResult check) {
    checks.add(check);
  }

  void problem(String line) {
    problems.add(line);
  }

  List<CheckResult> checks() {
    return checks;
  }

  void rejectIfAny() {
    if (!problems.isEmpty()) {
      throw new RejectedDataException(problems, checks);
    }
  }
}
