package dev.lockstep.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All that is wrong with the settings, and the keys known so far; thrown once. */
final class Problems {
  private final List<String> lines = new ArrayList<>();
  private final Set<String> failed = new LinkedHashSet<>();
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * Notes that a key's value is unusable, and the finished line, unless it follows from another
   * problem.
   */
  void add(String path, Optional<String> line) {
    failed.add(path);
    line.ifPresent(lines::add);
  }

  void know(String path) {
    known.add(path);
  }

  boolean isKnown(String path) {
    return known.contains(path);
  }

  boolean failed(String path) {
    return failed.contains(path);
  }

  /**
   * Throws if there is any problem or any of the given sections holds a key that nobody asked for.
   */
  void throwIfAny(List<Section> sections) {
    List<String> all = new ArrayList<>(lines);
    sections.stream()
        .flatMap(section -> section.unknown().stream())
        .map(path -> "Unknown key: " + path + " (nearest: " + nearest(path) + ")")
        .forEach(all::add);
    if (!all.isEmpty()) {
      throw new InvalidConfigException(all);
    }
  }

  private String nearest(String path) {
    return known.stream().min(Comparator.comparingInt(name -> distance(path, name))).orElseThrow();
  }

  /**
   * Edits of the last word, a part of a word counting as one edit; another section counts as half
   * an edit.
   */
  private static int distance(String path, String known) {
    int cut = path.lastIndexOf('.');
    int knownCut = known.lastIndexOf('.');
    boolean sameSection = path.substring(0, cut + 1).equals(known.substring(0, knownCut + 1));
    String word = path.substring(cut + 1);
    String knownWord = known.substring(knownCut + 1);
    boolean part = knownWord.contains(word) || word.contains(knownWord);
    int edits = Math.min(KnownNames.edits(word, knownWord), part ? 1 : Integer.MAX_VALUE);
    return 2 * edits + (sameSection ? 0 : 1);
  }
}
