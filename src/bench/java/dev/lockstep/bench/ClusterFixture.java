package dev.lockstep.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code jobs/cluster}: Spark standalone and HDFS as processes of this machine, for a while. */
final class ClusterFixture implements AutoCloseable {
  private static final String COMMAND = "jobs/cluster";
  private static final String EXPORT = "export ";

  private final Map<String, String> exports = new LinkedHashMap<>();

  ClusterFixture() throws IOException, InterruptedException {
    try {
      for (String line : run(COMMAND, "up", "spark", "hdfs").lines().toList()) {
        if (line.startsWith(EXPORT) && line.contains("=")) {
          int equals = line.indexOf('=');
          exports.put(line.substring(EXPORT.length(), equals), line.substring(equals + 1));
        }
      }
    } catch (IOException | InterruptedException e) {
      close();
      throw e;
    }
  }

  /** The standalone master. */
  String master() {
    return exports.get("LOCKSTEP_SPARK");
  }

  /** The NameNode. */
  String hdfs() {
    return exports.get("LOCKSTEP_HDFS");
  }

  /** The folder with HDFS's client settings. */
  String hadoopSettings() {
    return exports.get("HADOOP_CONF_DIR");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run(COMMAND, "down");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of(command)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("Failed to run " + String.join(" ", command) + ": " + out.strip());
    }
    return out;
  }
}
