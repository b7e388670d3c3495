package dev.lockstep.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.util.List;

/**
 * What all sections of one reading share.
 *
 * @param entryDefaults the reference's defaults of keys inside lists and optional sections, by
 *     entry name
 * @param sections all sections opened so far
 */
record Reading(ConfigObject entryDefaults, Problems problems, List<Section> sections) {

  ConfigObject entryDefaults(String entry) {
    return (ConfigObject) entryDefaults.get(entry);
  }

  ConfigObject emptyObject() {
    return ConfigFactory.empty().root();
  }

  void ask(String path) {
    problems.know(path);
  }

  boolean asked(String path) {
    return problems.isKnown(path);
  }

  void finish() {
    problems.throwIfAny(sections);
  }
}
