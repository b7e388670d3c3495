package dev.lockstep.dataset;

import dev.lockstep.config.SplitConfig;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** No split that was asked for is empty. */
final class SplitInspection implements Inspection {
  private final SplitConfig split;
  private final Map<Split, LongSupplier> rows = new EnumMap<>(Split.class);

  SplitInspection(SplitConfig split, OnePass pass) {
    this.split = split;
    for (Split each : Split.values()) {
      rows.put(each, pass.count(Names.column(Names.SPLIT).equalTo(each.ordinal())));
    }
  }

  @Override
  public void report(Findings findings, long total) {
    for (Split each : Split.values()) {
      if (isWanted(each) && rows(each) == 0) {
        findings.problem(
            "Missing rows: data.split leaves none of %d for %s (%s)"
                .formatted(total, each.lowerName(), rule(each)));
      }
    }
  }

  /** Once run. */
  long rows(Split split) {
    return rows.get(split).getAsLong();
  }

  private boolean isWanted(Split each) {
    return each == Split.TRAIN || share(each) > 0;
  }

  private String rule(Split each) {
    if (each == Split.TRAIN) {
      return "it gets what validation and test leave";
    }
    return split instanceof SplitConfig.ByHash
        ? "a fraction of " + share(each)
        : (long) share(each) + " days";
  }

  private double share(Split each) {
    boolean test = each == Split.TEST;
    if (split instanceof SplitConfig.ByHash byHash) {
      return test ? byHash.test() : byHash.validation();
    }
    SplitConfig.ByDays byDays = (SplitConfig.ByDays) split;
    return test ? byDays.testDays() : byDays.validationDays();
  }
}
