package dev.lockstep.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Effective settings as one line of JSON, keys sorted, secrets masked; and what identifies a run
 * among them.
 */
final class SettingsJson {
  /**
   * Settings that decide neither prepared data nor trained bits: attempts of one run may differ in
   * them.
   */
  private static final Set<String> NOT_IDENTITY =
      Set.of(
          "store",
          "gate",
          "validate",
          "score",
          "nightly",
          "lease",
          "retention",
          "train.workers",
          "train.max-attempts",
          "train.timeout",
          "train.keep-checkpoints");

  /** The name of the trainer that averages nothing. */
  static final String EXACT = "exact";

  private static final String FRESH = KnownNames.of(TrainConfig.Start.FRESH);

  private SettingsJson() {}

  static String of(Map<String, Object> settings) {
    return ConfigValueFactory.fromMap(masked(settings)).render(ConfigRenderOptions.concise());
  }

  /** SHA-256 in hex over the JSON of the settings that decide the trained bits. */
  static String identity(Map<String, Object> settings) {
    return sha256(of(without(settings, "")));
  }

  static String sha256(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new AssertionError(everyJdkHasIt);
    }
  }

  private static Map<String, Object> masked(Map<String, Object> settings) {
    Map<String, Object> masked = new LinkedHashMap<>();
    settings.forEach(
        (key, value) -> masked.put(key, Secrets.isSecret(key) ? Secrets.mask() : masked(value)));
    return masked;
  }

  @SuppressWarnings("unchecked")
  private static Object masked(Object value) {
    if (value instanceof Map<?, ?> object) {
      return masked((Map<String, Object>) object);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(SettingsJson::masked).toList();
    }
    return value instanceof String text ? Secrets.withoutUser(text) : value;
  }

  /**
   * Whether the key says nothing: the chosen trainer has no use for it, or all is as without it.
   */
  private static boolean isIdle(Map<String, Object> section, String path) {
    return (path.equals("train.averaging-every") && EXACT.equals(section.get("trainer")))
        || (path.equals("train.start") && FRESH.equals(section.get("start")));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> without(Map<String, Object> settings, String section) {
    Map<String, Object> kept = new LinkedHashMap<>();
    settings.forEach(
        (key, value) -> {
          if (NOT_IDENTITY.contains(section + key) || isIdle(settings, section + key)) {
            return;
          }
          kept.put(
              key,
              value instanceof Map<?, ?> m ? without((Map<String, Object>) m, key + ".") : value);
        });
    return kept;
  }
}
