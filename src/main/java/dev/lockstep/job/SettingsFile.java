package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;

/**
 * The file that {@code --conf} names: one of this machine, one at a Hadoop URI, or, for a driver
 * that runs on the cluster, one of the machine that submitted it, whose content came along.
 */
final class SettingsFile {
  /**
   * The content of a local file, in Base64; {@code jobs/run-job} sets it. For its name Spark keeps
   * it out of pages, event logs and logs, as spark.redaction.regex says.
   */
  static final String CONTENT = "spark.lockstep.secret.settings";

  private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+.-]+:/.*");
  private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*include\\b");

  private SettingsFile() {}

  /**
   * The file, or a copy of it, on this machine.
   *
   * @throws InvalidConfigException if it cannot be read
   */
  static Path local(String given) {
    if (URI.matcher(given).matches()) {
      return copy(given, read(given));
    }
    String content = new SparkConf().get(CONTENT, "");
    return content.isEmpty()
        ? Path.of(given)
        : copy(given, Base64.getMimeDecoder().decode(content));
  }

  private static byte[] read(String uri) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(uri);
    try (FileSystem own = FileSystem.newInstance(path.toUri(), SparkSessions.hadoop());
        InputStream in = own.open(path)) {
      return in.readAllBytes();
    } catch (IOException | IllegalArgumentException e) {
      String why = e instanceof FileNotFoundException ? "no such file" : e.getMessage();
      InvalidConfigException invalid =
          new InvalidConfigException(
              "Cannot read " + uri + ": " + why + " (--conf names a HOCON file)");
      invalid.initCause(e);
      throw invalid;
    }
  }

  /** Under its own name, which messages about its content have. */
  private static Path copy(String given, byte[] content) {
    if (INCLUDE.matcher(new String(content, StandardCharsets.UTF_8)).find()) {
      throw new InvalidConfigException(
          "Unsupported include in " + given + ": only a local file of a local driver can have one");
    }
    try {
      Path folder = Files.createTempDirectory("lockstep");
      Path file = folder.resolve(new org.apache.hadoop.fs.Path(given).getName());
      Files.write(file, content);
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
