package dev.lockstep.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.Map;

/** What a finished job writes to stdout; nothing else gets there. */
@FunctionalInterface
interface JobOutput {
  void print(PrintStream out);

  /** How the job ends once that is written. */
  default ExitCode exitCode() {
    return ExitCode.DONE;
  }

  /** The same text, with another end. */
  default JobOutput endingWith(ExitCode code) {
    JobOutput text = this;
    return new JobOutput() {
      @Override
      public void print(PrintStream out) {
        text.print(out);
      }

      @Override
      public ExitCode exitCode() {
        return code;
      }
    };
  }

  /**
   * One line with one JSON object, keys in the map's order.
   *
   * @param result texts, numbers, booleans, nulls, and lists and maps of them
   */
  static JobOutput json(Map<String, ?> result) {
    try {
      // Escapes: the same line in every terminal's encoding.
      String line =
          new ObjectMapper()
              .writer()
              .with(JsonWriteFeature.ESCAPE_NON_ASCII)
              .writeValueAsString(result);
      return out -> out.println(line);
    } catch (JsonProcessingException notPlain) {
      throw new IllegalArgumentException(
          "Invalid result: " + notPlain.getOriginalMessage(), notPlain);
    }
  }

  /** Text as it is, ended by a line break. */
  static JobOutput text(String text) {
    return out -> out.println(text);
  }
}
