package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Against PyTorch: DistributedDataParallel on two processes, and one process with two threads. */
final class PytorchRows implements Section {
  private static final String DISTRIBUTED = "PyTorch DDP, gloo, 2 processes";
  private static final String SINGLE = "PyTorch, 1 process, 2 threads";
  private static final int[] BATCHES = {128, 256, 1024};

  private final Path script;

  PytorchRows(Path script) {
    this.script = script;
  }

  @Override
  public void run(Ground ground, Table table) throws IOException {
    network(ground, table, Workload.WIDE, 1024 * 60);
    network(ground, table, Workload.NARROW, 1024 * 256);
  }

  private void network(Ground ground, Table table, List<Integer> widths, int full)
      throws IOException {
    Workload any = new Workload(widths, 1, ground.effort().samples(full));
    if (ground.python().isEmpty()) {
      for (int batch : BATCHES) {
        Workload workload = new Workload(widths, batch, any.samples());
        String why = "no PyTorch (--with-pytorch)";
        table.add(Outcome.skipped(new Goal(DISTRIBUTED, workload.name(), 2), why));
        table.add(Outcome.skipped(new Goal(SINGLE, workload.name(), 1), why));
      }
      return;
    }
    Progress.say("pytorch: %s", any.network());
    Path folder = write(any, Files.createTempDirectory(ground.scratch(), "samples"));
    try (LockstepData data = LockstepData.of(ground.spark(), any, 2)) {
      for (int batch : BATCHES) {
        compare(ground, table, data, new Workload(widths, batch, any.samples()), folder);
      }
    }
  }

  private void compare(
      Ground ground, Table table, LockstepData data, Workload workload, Path folder) {
    try (LockstepPeer ours = data.peer(workload);
        ProcessPeer distributed = start(ground, workload, folder, DISTRIBUTED, 2, 1);
        ProcessPeer single = start(ground, workload, folder, SINGLE, 1, 2)) {
      double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(ours, distributed, single));
      ours.explain();
      row(table, new Goal(DISTRIBUTED, workload.name(), 2), rates[0], rates[1]);
      row(table, new Goal(SINGLE, workload.name(), 1), rates[0], rates[2]);
    }
  }

  private static void row(Table table, Goal goal, double ours, double theirs) {
    table.add(Outcome.atLeast(goal, "samples/s", ours, theirs, ""));
  }

  private ProcessPeer start(
      Ground ground, Workload workload, Path folder, String name, int ranks, int threads) {
    Path meeting = folder.resolve("ranks-" + ranks + "-batch-" + workload.batch());
    List<List<String>> commands = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      commands.add(
          List.of(
              ground.python().orElseThrow().toString(),
              script.toString(),
              "--data=" + folder,
              "--widths=" + workload.network(),
              "--batch=" + workload.batch(),
              "--threads=" + threads,
              "--ranks=" + ranks,
              "--rank=" + rank,
              "--store=" + meeting));
    }
    Map<String, String> environment =
        Map.of("OMP_NUM_THREADS", String.valueOf(threads), "GLOO_SOCKET_IFNAME", "lo");
    return new ProcessPeer(
        new ProcessPeer.Launch(
            name, workload.samples(), commands, environment, ground.scratch().resolve("log")));
  }

  /** The samples as the script reads them: little-endian floats, and classes as 64-bit integers. */
  private static Path write(Workload workload, Path folder) throws IOException {
    try (OutputStream features = open(folder.resolve("features.f32"));
        OutputStream labels = open(folder.resolve("labels.i64"))) {
      ByteBuffer row =
          ByteBuffer.allocate(workload.inputs() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer label = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int id = 0; id < workload.samples(); id++) {
        float[] values = workload.features(id);
        row.asFloatBuffer().put(values);
        features.write(row.array());
        labels.write(label.putLong(0, workload.label(values)).array());
      }
    }
    return folder;
  }

  private static OutputStream open(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file));
  }
}
