package dev.lockstep.job;

/** What a job's end says to who started it. */
enum ExitCode {
  DONE(0, "Done."),
  FAILED(1, "Anything else; a retry may help."),
  INVALID(2, "Bad arguments or settings."),
  REJECTED(3, "The data do not fit the settings."),
  DIVERGED(4, "Training diverged: loss or gradient is no finite number.");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }
}
