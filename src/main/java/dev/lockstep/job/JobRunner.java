package dev.lockstep.job;

import dev.lockstep.config.KnownNames;
import dev.lockstep.config.Secrets;
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
      JobOutput output = job.call();
      output.print(out);
      out.flush();
      return ExitCode.DONE.code();
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

  private static CommandLine commandLine(Callable<JobOutput> job) {
    CommandLine command = new CommandLine(job);
    CommandSpec spec = command.getCommandSpec();
    spec.mixinStandardHelpOptions(true);
    spec.versionProvider(() -> new String[] {"lockstep " + Version.current()});
    spec.addOption(
        OptionSpec.builder(VERBOSE).description("Print the stack trace of a failure.").build());
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
    String nearest =
        refused instanceof UnmatchedArgumentException unmatched
            ? nearest(unmatched.getUnmatched().get(0), command)
            : "";
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
