package dev.lockstep.training.dl4j;

import dev.lockstep.training.replica.StepClock;
import dev.lockstep.training.round.RoundResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.stats.BaseEventStats;
import org.deeplearning4j.spark.stats.EventStats;
import org.deeplearning4j.spark.stats.StatsUtils;

/**
 * How long rounds took, and how long each step within them: an event a round and key. A step's time
 * is the mean over the workers, added up over the round's iterations; it counts from the round's
 * start, though the steps of many iterations take turns in it.
 */
public final class SynchronousTrainingStats implements SparkTrainingStats {
  private static final long serialVersionUID = 1L;

  /** The whole round, from submission to result. */
  public static final String ROUND = "RoundMs";

  private final LinkedHashMap<String, ArrayList<EventStats>> events = new LinkedHashMap<>();

  SynchronousTrainingStats() {
    for (String key :
        List.of(
            ROUND,
            "BatchAssemblyMs",
            "ForwardPassMs",
            "BackpropagationMs",
            "AllReduceMs",
            "WeightUpdateMs")) {
      events.put(key, new ArrayList<>());
    }
  }

  void add(RoundResult result, long startedMillis) {
    StepClock.Times times = result.times();
    Map<String, Long> nanos =
        Map.of(
            ROUND,
            result.wallNanos(),
            "BatchAssemblyMs",
            times.data(),
            "ForwardPassMs",
            times.forward(),
            "BackpropagationMs",
            times.backward(),
            "AllReduceMs",
            times.reduce(),
            "WeightUpdateMs",
            times.update());
    events.forEach(
        (key, list) ->
            list.add(
                new BaseEventStats(startedMillis, TimeUnit.NANOSECONDS.toMillis(nanos.get(key)))));
  }

  @Override
  public Set<String> getKeySet() {
    return events.keySet();
  }

  @Override
  public List<EventStats> getValue(String key) {
    List<EventStats> value = events.get(key);
    if (value == null) {
      throw new IllegalArgumentException(
          "Unknown statistic: " + key + " (known: " + String.join(", ", events.keySet()) + ")");
    }
    return value;
  }

  @Override
  public String getShortNameForKey(String key) {
    getValue(key);
    return key.substring(0, key.length() - "Ms".length());
  }

  /** Steps overlap the round that they are of: the round alone. */
  @Override
  public boolean defaultIncludeInPlots(String key) {
    return key.equals(ROUND);
  }

  @Override
  public void addOtherTrainingStats(SparkTrainingStats other) {
    events.forEach((key, list) -> list.addAll(other.getValue(key)));
  }

  @Override
  public SparkTrainingStats getNestedTrainingStats() {
    return null;
  }

  @Override
  public String statsAsString() {
    StringBuilder text = new StringBuilder();
    events.forEach(
        (key, list) ->
            text.append(String.format(DEFAULT_PRINT_FORMAT, key))
                .append(StatsUtils.getDurationAsString(list, ","))
                .append('\n'));
    return text.toString();
  }

  @Override
  public void exportStatFiles(String outputPath, SparkContext sc) throws IOException {
    for (Map.Entry<String, ArrayList<EventStats>> entry : events.entrySet()) {
      StatsUtils.exportStats(entry.getValue(), outputPath, entry.getKey() + ".txt", ",", sc);
    }
  }
}
