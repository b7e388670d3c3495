package dev.lockstep.training.replica;

import dev.lockstep.bench.Workload;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A micro-batch of 128 rows picked from all over a shard that no cache holds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class AssemblyBenchmark {
  private static final int BATCH = 128;
  private static final int SHARD_FLOATS = 1 << 25;

  @Param({"784", "30"})
  int width;

  private Samples samples;
  private MicroBatch batch;
  private int from;

  @Setup
  public void setUp() {
    samples = Samples.first(new Workload(List.of(width, 10), BATCH, SHARD_FLOATS / width));
    batch = samples.batch();
  }

  @Benchmark
  public MicroBatch fill() {
    from = from + 2 * BATCH > samples.order().length ? 0 : from + BATCH;
    return batch.fill(samples.block(), samples.order(), from);
  }
}
