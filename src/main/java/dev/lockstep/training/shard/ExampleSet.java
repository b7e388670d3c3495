package dev.lockstep.training.shard;

import dev.lockstep.network.NetworkShape;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import scala.Tuple2;

/**
 * Examples in Spark, each with a row_id: its place among all of them, by partition and then by the
 * order within. So the RDD must hold the same elements in the same order whenever it is computed.
 */
public final class ExampleSet {
  private final JavaRDD<Example> examples;
  private final long[] offsets;
  private final ExampleCensus census;

  private ExampleSet(JavaRDD<Example> examples, long[] offsets, ExampleCensus census) {
    this.examples = examples;
    this.offsets = offsets;
    this.census = census;
  }

  /** No examples at all. */
  public static ExampleSet none(JavaSparkContext spark) {
    return new ExampleSet(spark.emptyRDD(), new long[0], new ExampleCensus());
  }

  /**
   * Of mini-batches of any sizes; goes over them once, to count.
   *
   * @throws IllegalArgumentException if the examples differ in more than sequences' time steps
   */
  public static ExampleSet of(JavaRDD<? extends MultiDataSet> batches) {
    return ofExamples(batches.flatMap(batch -> ExampleSplit.examples(batch).iterator()));
  }

  /** The same of mini-batches with one input and one output. */
  public static ExampleSet ofDataSets(JavaRDD<DataSet> batches) {
    return of(batches.map(DataSet::toMultiDataSet));
  }

  private static ExampleSet ofExamples(JavaRDD<Example> examples) {
    List<ExampleCensus> partitions = examples.mapPartitions(ExampleSet::census).collect();
    ExampleCensus whole = new ExampleCensus();
    long[] offsets = new long[partitions.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = whole.count();
      whole.add(partitions.get(i));
    }
    whole.checkForms();
    return new ExampleSet(examples, offsets, whole);
  }

  /** N: the examples of all mini-batches. */
  public long count() {
    return census.count();
  }

  /**
   * The shape of the rows that these examples and {@code others} are, if they are: flat vectors,
   * each with a label of one number or one class.
   */
  public Optional<NetworkShape> rowShape(ExampleSet others) {
    return census
        .rowShape()
        .filter(
            shape -> others.count() == 0 || others.census.rowShape().equals(Optional.of(shape)));
  }

  /** Examples with their row_ids. */
  JavaRDD<Tuple2<Long, Example>> byRowId() {
    long[] first = offsets;
    return examples.mapPartitionsWithIndex(
        (partition, rows) -> new Numbered(rows, first[partition]), false);
  }

  private static Iterator<ExampleCensus> census(Iterator<Example> examples) {
    ExampleCensus census = new ExampleCensus();
    examples.forEachRemaining(census::add);
    return List.of(census).iterator();
  }

  private static final class Numbered implements Iterator<Tuple2<Long, Example>> {
    private final Iterator<Example> examples;
    private long next;

    Numbered(Iterator<Example> examples, long first) {
      this.examples = examples;
      this.next = first;
    }

    @Override
    public boolean hasNext() {
      return examples.hasNext();
    }

    @Override
    public Tuple2<Long, Example> next() {
      return new Tuple2<>(next++, examples.next());
    }
  }
}
