package dev.lockstep.dataset;

import dev.lockstep.config.InvalidConfigException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * The fitted features of a version that training starts from: taken as they are, so that each input
 * means what it meant.
 *
 * @param version whose they are
 * @param path for {@link Features#load}
 * @param names one for each element of the array
 * @param classes in the order of their index; none for regression
 */
public record InheritedFeatures(
    String version, Path path, List<String> names, List<String> classes) {

  /**
   * @throws InvalidConfigException if the run's arrays have other lengths, or its label other
   *     classes
   */
  FeatureFit.Fitted fitted(Columns columns, Audit audit) {
    for (String array : columns.data().features().arrays()) {
      long length = names.stream().filter(name -> name.startsWith(array + "[")).count();
      if (audit.features().length(array) != length) {
        throw differs(
            "column %s has arrays of %d, not %d"
                .formatted(array, audit.features().length(array), length));
      }
    }
    if (!audit.labels().classes().equals(classes)) {
      throw differs("the classes are %s, not %s".formatted(audit.labels().classes(), classes));
    }
    return new FeatureFit.Fitted(Features.load(path), names, version);
  }

  private InvalidConfigException differs(String how) {
    return new InvalidConfigException(
        "Cannot start from champion %s: %s (train.start = fresh trains anew)"
            .formatted(version, how));
  }
}
