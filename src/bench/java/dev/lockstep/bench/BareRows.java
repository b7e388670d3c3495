package dev.lockstep.bench;

import dev.lockstep.bench.Outcome.Goal;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Against plain DL4J twice: two processes of one thread that know nothing of each other, each on
 * its half of the samples with half of the batch.
 */
final class BareRows implements Section {
  private static final String NAME = "bare DL4J, 2 independent processes";

  @Override
  public void run(Ground ground, Table table) {
    for (Workload workload :
        List.of(
            new Workload(Workload.WIDE, 256, ground.effort().samples(1024 * 60)),
            new Workload(Workload.NARROW, 256, ground.effort().samples(1024 * 256)),
            new Workload(Workload.NARROW, 1024, ground.effort().samples(1024 * 256)))) {
      Progress.say("bare: %s", workload.name());
      try (LockstepData data = LockstepData.of(ground.spark(), workload, 2);
          LockstepPeer ours = data.peer(workload);
          ProcessPeer theirs = start(ground, workload)) {
        double[] rates = Turns.samplesPerSecond(ground.effort(), List.of(ours, theirs));
        ours.explain();
        Goal goal = new Goal(NAME, workload.name(), 1.5);
        String note = "theirs: batch " + workload.batch() / 2 + " each, nothing exchanged";
        table.add(Outcome.atLeast(goal, "samples/s", rates[0], rates[1], note));
      }
    }
  }

  private static ProcessPeer start(Ground ground, Workload workload) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-Xmx"))
        .forEach(command::add);
    Collections.addAll(
        command,
        "-Xmx2g",
        "-cp",
        System.getProperty("java.class.path"),
        BareDl4j.class.getName(),
        workload.network(),
        String.valueOf(workload.batch() / 2),
        String.valueOf(workload.samples() / 2));
    return new ProcessPeer(
        new ProcessPeer.Launch(
            NAME,
            workload.samples(),
            List.of(command, command),
            Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1"),
            ground.scratch().resolve("log")));
  }
}
