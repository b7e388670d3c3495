package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings as HOCON, one over the other: reference, file, assignments; nothing of them understood
 * yet.
 */
final class Overlay {
  private static final String ENTRY_DEFAULTS = "entry-defaults";

  /**
   * Starts of values that are read as HOCON; any other text is taken literally, with its blanks and
   * '#'.
   */
  private static final Pattern HOCON_VALUE =
      Pattern.compile("(?s)[\\[{\"].*|\\$\\{.*|null|true|false|-?\\d[\\d.eE+-]*");

  private Overlay() {}

  /** All layers, substitutions resolved. */
  static Config merge(ConfigSource source) {
    Config user = source.file().map(Overlay::file).orElse(ConfigFactory.empty());
    for (String assignment : source.sets()) {
      user = assign(user, assignment);
    }
    if (source.store().isPresent()) {
      user = user.withValue("store", ConfigValueFactory.fromAnyRef(source.store().get()));
    }
    if (source.workers().isPresent()) {
      user = user.withValue("train.workers", ConfigValueFactory.fromAnyRef(source.workers().get()));
    }
    try {
      return user.withFallback(defaultsFor(user)).resolve();
    } catch (ConfigException failure) {
      throw invalid(source.file().map(Path::toString).orElse("--set"), failure);
    }
  }

  /** The reference's settings. */
  static Config defaults() {
    return reference().withoutPath(ENTRY_DEFAULTS);
  }

  /** The reference's defaults of keys inside lists and optional sections, by entry name. */
  static ConfigObject entryDefaults() {
    return reference().getObject(ENTRY_DEFAULTS);
  }

  /** Fractions of a split are no defaults beside a split by days. */
  private static Config defaultsFor(Config user) {
    boolean byDays =
        List.of("test-days", "validation-days").stream()
            .anyMatch(key -> sets(user, "data.split." + key));
    return byDays ? defaults().withoutPath("data.split") : defaults();
  }

  /** Whether an unresolved layer sets the path. */
  private static boolean sets(Config user, String path) {
    try {
      return user.hasPathOrNull(path);
    } catch (ConfigException.NotResolved substitutionOnTheWay) {
      return user.resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true))
          .hasPathOrNull(path);
    }
  }

  private static Config reference() {
    try (Reader text =
        new InputStreamReader(
            Overlay.class.getResourceAsStream("/dev/lockstep/reference.conf"),
            StandardCharsets.UTF_8)) {
      return ConfigFactory.parseReader(text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static Config file(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidConfigException(
          "Cannot read " + file + ": no such file (--conf names a HOCON file)");
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException failure) {
      throw invalid(file.toString(), failure);
    }
  }

  private static Config assign(Config user, String assignment) {
    int equals = assignment.indexOf('=');
    String key = equals < 0 ? "" : assignment.substring(0, equals).strip();
    try {
      ConfigUtil.splitPath(key);
    } catch (ConfigException noPath) {
      throw new InvalidConfigException(
          "Invalid --set: " + assignment + " (must be key=value, such as train.epochs=20)");
    }
    return user.withValue(key, value(assignment.substring(equals + 1).strip()));
  }

  private static ConfigValue value(String text) {
    if (HOCON_VALUE.matcher(text).matches()) {
      try {
        ConfigObject parsed = ConfigFactory.parseString("value = " + text).root();
        if (parsed.size() == 1) {
          return parsed.get("value");
        }
      } catch (ConfigException noHocon) {
        return ConfigValueFactory.fromAnyRef(text);
      }
    }
    return ConfigValueFactory.fromAnyRef(text);
  }

  /** One line that names the file and, where known, the line in it. */
  private static InvalidConfigException invalid(String where, ConfigException failure) {
    int line = failure.origin() == null ? -1 : failure.origin().lineNumber();
    String message = failure.getMessage().lines().findFirst().orElse("").strip();
    String reason = message.replaceFirst("^.{0,400}?: " + line + ": ", "");
    String place = line < 0 ? where : where + ", line " + line;
    InvalidConfigException invalid =
        new InvalidConfigException("Cannot read " + place + ": " + reason + " (must be HOCON)");
    invalid.initCause(failure);
    return invalid;
  }
}
