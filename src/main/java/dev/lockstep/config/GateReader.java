package dev.lockstep.config;

import dev.lockstep.config.GateConfig.DecideBy;
import dev.lockstep.config.GateConfig.SlicesConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The section {@code gate}. */
final class GateReader {
  private final Section gate;
  private final List<String> evaluated;

  private GateReader(Section gate, List<String> evaluated) {
    this.gate = gate;
    this.evaluated = evaluated;
  }

  /**
   * @param evaluated the columns of {@code evaluate.slices}
   */
  static GateConfig read(Section gate, Task task, List<String> evaluated) {
    return new GateReader(gate, evaluated).read(task);
  }

  private GateConfig read(Task task) {
    gate.withDefaults("gate-" + KnownNames.of(task));
    String metric = gate.name("metric", KnownNames.metrics(task));
    double minGain = gate.number("min-gain", Bounds.NOT_NEGATIVE);
    OptionalDouble floor =
        gate.optionalNumber("floor", Bounds.ANY)
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty());
    DecideBy decideBy = gate.choice("decide-by", DecideBy.values());
    double confidence = gate.number("confidence", Bounds.INNER);
    int bootstrap = gate.wholeNumber("bootstrap", 0);
    if (decideBy == DecideBy.INTERVAL && bootstrap == 0 && !gate.failed("bootstrap")) {
      gate.invalid("bootstrap", "must be above 0 where gate.decide-by is interval", 0);
    }
    return new GateConfig(metric, minGain, floor, decideBy, confidence, bootstrap, slices());
  }

  private Optional<SlicesConfig> slices() {
    return gate.optionalSection("slices").map(this::slices);
  }

  private SlicesConfig slices(Section slices) {
    slices.withDefaults("gate-slices");
    List<String> columns =
        slices.has("columns")
            ? slices.columns("columns")
            : slices.put("columns", List.copyOf(evaluated));
    for (String column : columns) {
      if (!evaluated.contains(column)) {
        slices.invalid("columns", column + " is not in evaluate.slices", column);
      }
    }
    if (columns.isEmpty() && !slices.failed("columns")) {
      slices.fail(
          "columns",
          "Missing "
              + slices.path("columns")
              + ": no column (name some in evaluate.slices, or leave gate.slices out)");
    }
    return new SlicesConfig(
        columns,
        slices.number("max-drop", Bounds.NOT_NEGATIVE),
        slices.wholeNumber("min-samples", 1));
  }
}
