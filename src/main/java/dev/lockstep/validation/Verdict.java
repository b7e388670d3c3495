package dev.lockstep.validation;

import java.util.List;
import java.util.Optional;

/**
 * What came of checking a night's rows.
 *
 * @param checks all of them, passed or not
 * @param notices a line for each thing that a person should know of
 * @param rejection the line that says why the night stops; absent: it goes on
 */
public record Verdict(List<CheckResult> checks, List<String> notices, Optional<String> rejection) {

  public Verdict {
    checks = List.copyOf(checks);
    notices = List.copyOf(notices);
  }
}
