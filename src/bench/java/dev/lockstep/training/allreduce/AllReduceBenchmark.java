package dev.lockstep.training.allreduce;

import dev.lockstep.network.NativeThreads;
import dev.lockstep.training.allreduce.Terms.Privacy;
import dev.lockstep.training.allreduce.Terms.Route;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The all-reduce of two workers on this machine, by sockets and by memory, against the same bytes
 * both ways through bare sockets: in turns, so that whatever else happens hits all alike.
 */
public final class AllReduceBenchmark {
  private static final int[] PARTS = {1 << 16, 1 << 18};
  private static final int ROUNDS = 15;
  private static final long TURN_BYTES = 100_000_000;

  private AllReduceBenchmark() {}

  /**
   * The median time of one way to sum a vector over two workers.
   *
   * @param bytes of the vector: what each worker sends and gets
   */
  public record Row(String name, long bytes, long nanos) {}

  /**
   * For each size a row of bare sockets, then one of each way that the engine knows.
   *
   * @param sizes of vectors, in bytes
   */
  public static List<Row> run(int... sizes) throws Exception {
    NativeThreads.useOne();
    List<Row> rows = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int size : sizes) {
        rows.addAll(compare(threads, size));
      }
    } finally {
      threads.shutdownNow();
    }
    return rows;
  }

  private static List<Row> compare(ExecutorService threads, int bytes) throws Exception {
    int floats = bytes / Float.BYTES;
    try (BareExchange small = new BareExchange(bytes, PARTS[0]);
        BareExchange large = new BareExchange(bytes, PARTS[1]);
        Pair sockets = pair(threads, floats, Route.SOCKET, Privacy.PLAIN);
        Pair sealed = pair(threads, floats, Route.SOCKET, Privacy.ENCRYPTED);
        Pair memory = pair(threads, floats, Route.MEMORY, Privacy.PLAIN)) {
      List<String> names =
          List.of("bare, 64 KB parts", "bare, 256 KB parts", "sockets", "encrypted", "memory");
      List<IntConsumer> ways =
          List.of(small::exchange, large::exchange, sockets::sum, sealed::sum, memory::sum);
      long[][] nanos = new long[ways.size()][ROUNDS];
      for (int round = -ROUNDS / 2; round < ROUNDS; round++) {
        for (int way = 0; way < ways.size(); way++) {
          nanos[way][Math.max(round, 0)] = both(threads, ways.get(way), bytes);
        }
      }
      List<Row> rows = new ArrayList<>();
      for (int way = 0; way < ways.size(); way++) {
        Arrays.sort(nanos[way]);
        rows.add(new Row(names.get(way), bytes, nanos[way][ROUNDS / 2]));
      }
      boolean largeIsFaster = rows.get(1).nanos() < rows.get(0).nanos();
      rows.remove(largeIsFaster ? 0 : 1);
      return rows;
    }
  }

  private static Pair pair(ExecutorService threads, int floats, Route route, Privacy privacy)
      throws Exception {
    Pair pair = new Pair(floats, route, privacy);
    both(threads, pair::meet);
    return pair;
  }

  /** Nanoseconds of one of many in a row. */
  private static long both(ExecutorService threads, IntConsumer way, int bytes) throws Exception {
    int times = (int) Math.max(1, Math.min(2000, TURN_BYTES / 10 / bytes));
    AtomicInteger ready = new AtomicInteger();
    long[] nanos = new long[2];
    both(
        threads,
        side -> {
          ready.incrementAndGet();
          while (ready.get() < 2) {
            Thread.onSpinWait();
          }
          long started = System.nanoTime();
          for (int i = 0; i < times; i++) {
            way.accept(side);
          }
          nanos[side] = System.nanoTime() - started;
        });
    return Math.max(nanos[0], nanos[1]) / times;
  }

  private static void both(ExecutorService threads, IntConsumer way) throws Exception {
    Future<?> other = threads.submit(() -> way.accept(1));
    Future<?> first = threads.submit(() -> way.accept(0));
    first.get();
    other.get();
  }
}
