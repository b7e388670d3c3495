package dev.lockstep.training.round;

import dev.lockstep.network.NativeThreads;
import dev.lockstep.plan.SummingTree;
import dev.lockstep.training.replica.FlatVector;
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
import org.openjdk.jmh.infra.Blackhole;

/** The sum over a worker's shards in the tree's order, gradients themselves costing nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SummingBenchmark {
  @Param({"4394", "235146"})
  int parameters;

  @Param({"2", "4", "8"})
  int shards;

  private SubtreeSums sums;

  @Setup
  public void setUp() {
    NativeThreads.useOne();
    SummingTree tree = new SummingTree(shards);
    sums = new SubtreeSums(FlatVector.zeros(parameters), tree.cover(tree.root()));
  }

  @Benchmark
  public void sum(Blackhole blackhole) {
    sums.compute(shard -> true, (subtree, sum) -> blackhole.consume(sum));
  }
}
