package dev.lockstep.job;

import dev.lockstep.config.InvalidConfigException;
import dev.lockstep.config.KnownNames;
import dev.lockstep.config.Secrets;
import dev.lockstep.storage.AtomicFile;
import dev.lockstep.storage.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Runs a job: arguments in, one result on stdout, an exit code out.
 *
 * <p>A job is a class with picocli's {@code @Command(name = …, description = …, footer = examples)}
 * whose options come from {@link ConfigOptions}, {@link RunOptions} and {@link WorkerOptions}; its
 * {@code call} returns a {@link JobOutput} or throws. While it runs, {@code System.out} is stderr,
 * so that no library's line gets between.
 */
final class JobRunner {
  private static final String VERBOSE = "--verbose";
  private static final String RESULT = "--result";

  private JobRunner() {}

  /** Runs the job as the process's main, and ends the process with its exit code. */
  static void main(Callable<JobOutput> job, String... args) {
    int code = run(job, System.out, System.err, args);
    // A driver that Spark started on the cluster counts as failed if it calls exit at all.
    boolean onCluster = "cluster".equals(System.getProperty("spark.submit.deployMode"));
    if (code != ExitCode.DONE.code() || !onCluster) {
      System.exit(code);
    }
  }

  /** Runs the job on the given streams. */
  static int run(Callable<JobOutput> job, PrintStream out, PrintStream err, String... args) {
    CommandLine command =
        commandLine(job)
            .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    ParseResult parsed;
    try {
      parsed = command.parseArgs(args);
    } catch (ParameterException refused) {
      err.println(Secrets.masked(refusal(refused)));
      return ExitCode.INVALID.code();
    }
    Optional<Integer> help = Optional.ofNullable(CommandLine.executeHelpRequest(parsed));
    if (help.isPresent()) {
      return help.get();
    }
    PrintStream standard = System.out;
    System.setOut(err);
    try {
      Optional<AtomicFile> file = resultFile(parsed);
      JobOutput output = job.call();
      if (file.isPresent()) {
        byte[] result = bytes(output);
        file.get().write(result);
        out.writeBytes(result);
      } else {
        output.print(out);
      }
      out.flush();
      return output.exitCode().code();
    } catch (Throwable thrown) {
      if (parsed.hasMatchedOption(VERBOSE)) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        err.print(Secrets.masked(trace.toString()));
      }
      JobFailure failure = JobFailure.of(command.getCommandName(), thrown);
      err.println(Secrets.masked(failure.text()));
      return failure.code().code();
    } finally {
      System.setOut(standard);
    }
  }

  /** Where {@code --result} says; a place that cannot be is refused before any work. */
  private static Optional<AtomicFile> resultFile(ParseResult parsed) {
    if (!parsed.hasMatchedOption(RESULT)) {
      return Optional.empty();
    }
    String uri = parsed.matchedOptionValue(RESULT, "");
    try {
      return Optional.of(AtomicFile.at(uri, SparkSessions.hadoop()));
    } catch (StoreException noSuchPlace) {
      InvalidConfigException invalid =
          new InvalidConfigException(
              "Invalid --result: " + uri + " (must be a path or a Hadoop URI)");
      invalid.initCause(noSuchPlace);
      throw invalid;
    }
  }

  private static byte[] bytes(JobOutput output) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream buffer = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      output.print(buffer);
    }
    return bytes.toByteArray();
  }

  private static CommandLine commandLine(Callable<JobOutput> job) {
    CommandLine command = new CommandLine(job);
    CommandSpec spec = command.getCommandSpec();
    addHelp(spec);
    spec.addOption(
        OptionSpec.builder(VERBOSE).description("Print the stack trace of a failure.").build());
    spec.addOption(
        OptionSpec.builder(RESULT)
            .type(String.class)
            .paramLabel("URI")
            .description(
                "Also writes what goes to stdout into this file, whole or not at all: a path or a"
                    + " Hadoop URI.")
            .build());
    spec.usageMessage()
        .width(100)
        .autoWidth(false)
        .customSynopsis(
            "Usage: jobs/" + spec.name() + " [OPTION]..." + labels(spec) + " [-- SPARK-OPTION...]")
        .synopsisHeading("")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(exitCodes());
    return command
        .setUsageHelpAutoWidth(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOptionsCaseInsensitive(false);
  }

  /** A job may have a --version of its own: a model's. */
  private static void addHelp(CommandSpec spec) {
    if (spec.findOption("--version") == null) {
      spec.mixinStandardHelpOptions(true);
      spec.versionProvider(() -> new String[] {"lockstep " + Version.current()});
    } else {
      spec.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help message and exit.")
              .build());
    }
  }

  private static String labels(CommandSpec spec) {
    return spec.positionalParameters().stream()
        .map(argument -> " " + argument.paramLabel())
        .collect(Collectors.joining());
  }

  private static Map<String, String> exitCodes() {
    return Arrays.stream(ExitCode.values())
        .collect(
            Collectors.toMap(
                code -> Integer.toString(code.code()),
                ExitCode::meaning,
                (one, other) -> one,
                LinkedHashMap::new));
  }

  private static String refusal(ParameterException refused) {
    CommandLine command = refused.getCommandLine();
    String what =
        refused
            .getMessage()
            .lines()
            .findFirst()
            .orElse("Invalid arguments")
            .strip()
            .replaceFirst("^Unmatched arguments? (at|from) index \\d+", "Unknown argument")
            .replaceFirst(
                "^option '(\\S+)'.* should be specified only once$", "Invalid $1: given twice");
    String nearest = "";
    if (refused instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      nearest = nearest(first, command);
      if (first.startsWith("-")) {
        // What stands behind an option is its value, and may be a secret.
        what = "Unknown option: '" + first.replaceFirst("=.*", "") + "'";
      }
    }
    return "%s (%sjobs/%s --help lists the options)"
        .formatted(what, nearest, command.getCommandName());
  }

  private static String nearest(String argument, CommandLine command) {
    List<String> options =
        List.copyOf(new TreeSet<>(command.getCommandSpec().optionsMap().keySet()));
    return argument.startsWith("-")
        ? "nearest: " + KnownNames.nearest(argument, options) + "; "
        : "";
  }
}
