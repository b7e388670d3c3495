package dev.lockstep.storage.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A process such that others on the same kernel can tell for sure when it is gone.
 *
 * @param id as the operating system numbers it
 * @param machine the kernel's boot, the process namespace and the user, which together give the id
 *     its meaning; empty where the system does not tell
 * @param started clock ticks between the kernel's boot and the process's start: ids are used again
 */
public record ProcessMark(long id, String machine, long started) {
  private static final Path PROCESSES = Path.of("/proc");

  /** Of {@code /proc/<id>/stat}, counted behind the command's closing bracket: state, start. */
  private static final int STATE = 0;

  private static final int STARTED = 19;

  static ProcessMark ofThisProcess() {
    return of(ProcessHandle.current().pid());
  }

  /** A process of this machine. */
  static ProcessMark of(long id) {
    OptionalLong started = startOf(id);
    return started.isPresent()
        ? new ProcessMark(id, thisMachine(), started.getAsLong())
        : new ProcessMark(id, "", 0);
  }

  /** Whether it ran on this machine and has ended; false where that cannot be told. */
  boolean isGone() {
    if (machine == null || machine.isEmpty() || !machine.equals(thisMachine())) {
      return false;
    }
    OptionalLong present = startOf(id);
    return present.isEmpty() || present.getAsLong() != started;
  }

  /** One user's processes see each other whatever {@code /proc} hides from other users. */
  private static String thisMachine() {
    try {
      String boot = Files.readString(PROCESSES.resolve("sys/kernel/random/boot_id")).strip();
      Path namespace = Files.readSymbolicLink(PROCESSES.resolve("self/ns/pid"));
      return boot + "/" + namespace + "/" + System.getProperty("user.name");
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** Empty if there is no such process, or a dead one that its parent has not buried. */
  private static OptionalLong startOf(long id) {
    try {
      String stat = Files.readString(PROCESSES.resolve(id + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      boolean dead = fields[STATE].equals("Z") || fields[STATE].equals("X");
      return dead ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[STARTED]));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
