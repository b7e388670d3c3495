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
