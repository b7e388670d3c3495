package dev.lockstep.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Training in other processes, which begin together. Each says {@code ready VERSION} once, then
 * reads a number of epochs a line and answers {@code nanoseconds N}; it ends with its input.
 */
final class ProcessPeer implements Peer {
  private final String name;
  private final long samples;
  private final List<Child> children = new ArrayList<>();

  /**
   * What to start.
   *
   * @param samples of an epoch of all processes together
   * @param commands one a process
   * @param environment beside the present one
   * @param log where their stderr goes
   */
  record Launch(
      String name,
      long samples,
      List<List<String>> commands,
      Map<String, String> environment,
      Path log) {}

  private record Child(Process process, Writer in, BufferedReader out) {}

  /** Returns when all are ready. */
  ProcessPeer(Launch launch) {
    this.name = launch.name();
    this.samples = launch.samples();
    try {
      for (List<String> command : launch.commands()) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(launch.environment());
        builder.redirectError(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        Process process = builder.start();
        children.add(new Child(process, process.outputWriter(), process.inputReader()));
      }
      for (Child child : children) {
        answer(child, "ready");
      }
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(failure(launch, e), e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long samples() {
    return samples;
  }

  /** The time at which all samples pass at the sum of the processes' rates. */
  @Override
  public long train(int epochs) {
    try {
      for (Child child : children) {
        child.in().write(epochs + "\n");
        child.in().flush();
      }
      double rates = 0;
      for (Child child : children) {
        rates += 1.0 / Long.parseLong(answer(child, "nanoseconds"));
      }
      return Math.round(children.size() / rates);
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to measure " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    for (Child child : children) {
      try {
        child.in().close();
      } catch (IOException e) {
        child.process().destroy(); // it is gone already, or cannot be told
      }
    }
    for (Child child : children) {
      try {
        if (!child.process().waitFor(10, TimeUnit.SECONDS)) {
          child.process().destroyForcibly();
        }
      } catch (InterruptedException e) {
        child.process().destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The rest of the next line that begins with {@code word}; libraries print others. */
  private static String answer(Child child, String word) throws IOException {
    for (String line = child.out().readLine(); line != null; line = child.out().readLine()) {
      int at = line.indexOf(word + " ");
      if (at >= 0) {
        return line.substring(at + word.length() + 1).strip();
      }
    }
    throw new IOException("process " + child.process().pid() + " ended");
  }

  private static String failure(Launch launch, IOException e) {
    String last = "";
    try {
      List<String> lines = Files.readAllLines(launch.log());
      last = lines.isEmpty() ? "" : " (" + lines.get(lines.size() - 1) + ")";
    } catch (IOException unreadable) {
      e.addSuppressed(unreadable);
    }
    return "Failed to start " + launch.name() + ": " + e.getMessage() + last;
  }
}
