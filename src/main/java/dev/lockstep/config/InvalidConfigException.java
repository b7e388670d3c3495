package dev.lockstep.config;

import java.util.List;

/** Arguments or settings that cannot be run: one line for each problem. Exit code 2. */
public final class InvalidConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidConfigException(String problem) {
    super(problem);
  }

  public InvalidConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
