package dev.lockstep.registry;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a gate says of a candidate.
 *
 * @param decision {@link #PROMOTED} or {@link #KEPT}
 * @param reason one line for people
 * @param figures what it comes from, in plain values, for rows and results
 */
public record Verdict(String decision, String reason, Map<String, Object> figures) {
  public static final String PROMOTED = "promoted";
  public static final String KEPT = "kept";

  public Verdict {
    figures = new LinkedHashMap<>(figures);
  }

  boolean promotes() {
    return decision.equals(PROMOTED);
  }
}
