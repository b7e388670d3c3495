package dev.lockstep.dataset;

import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** Why they do not fit the run's rows, whose classes and arrays no setting decides. */
  Optional<String> misfit(Columns columns, Audit audit) {
    for (String array : columns.data().features().arrays()) {
      long length = names.stream().filter(name -> name.startsWith(array + "[")).count();
      if (audit.features().length(array) != length) {
        return Optional.of(
            "column %s has arrays of %d elements, not %d"
                .formatted(array, audit.features().length(array), length));
      }
    }
    List<String> own = audit.labels().classes();
    if (!own.equals(classes)) {
      return Optional.of(
          "the classes of %s have changed: new %s, gone %s"
              .formatted(columns.data().label(), without(own, classes), without(classes, own)));
    }
    return Optional.empty();
  }

  FeatureFit.Fitted fitted() {
    return new FeatureFit.Fitted(Features.load(path), names, version, null);
  }

  private static String without(List<String> some, List<String> others) {
    Set<String> known = Set.copyOf(others);
    List<String> left = some.stream().filter(name -> !known.contains(name)).toList();
    return left.isEmpty() ? "none" : Text.list(left);
  }
}
