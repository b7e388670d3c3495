package dev.lockstep.job

import java.nio.file.Files
import java.util.concurrent.{Callable, ExecutionException}
import java.util.{LinkedHashMap, List => JavaList}

import dev.lockstep.config.InvalidConfigException
import dev.lockstep.dataset.RejectedDataException
import dev.lockstep.storage.StoreException
import dev.lockstep.training.DivergedException
import org.apache.spark.SparkException
import org.scalatest.funsuite.AnyFunSuite
import picocli.CommandLine.Command

@Command(name = "probe", description = Array("Does what a test asks."))
class ProbeJob(body: () => JobOutput) extends Callable[JobOutput] {
  override def call(): JobOutput = body()
}

class JobRunnerSuite extends AnyFunSuite {
  private def ended(arguments: String*)(body: => JobOutput): Ended =
    Streams.run(new ProbeJob(() => body), arguments: _*)

  private def failed(thrown: Throwable): Ended = ended()(throw thrown)

  private val diverged = new DivergedException(2, 17, "the loss is NaN")
  private val ours = Seq(
    new InvalidConfigException("Invalid train.epochs: 0 (must be at least 1)") -> 2,
    new RejectedDataException("Missing column in data/x: lat (nearest: late)") -> 3,
    diverged -> 4,
    new StoreException("Cannot write store: /x (no permission)") -> 1
  )

  ours.foreach { case (thrown, code) =>
    val name = thrown.getClass.getSimpleName

    test(s"$name ends with $code and its message alone") {
      assert(failed(thrown) == Ended(code, "", thrown.getMessage + "\n"))
    }

    test(s"$name is found under what Spark and executors wrap around it") {
      val wrapped =
        new SparkException("Job aborted", new ExecutionException(new RuntimeException(thrown)))
      assert(failed(wrapped) == Ended(code, "", thrown.getMessage + "\n"))
    }

    test(s"$name is found in the text that is left of a failed barrier task") {
      val text = "Could not recover from a failed barrier ResultStage. Most recent failure reason: Stage failed " +
        s"because barrier task ResultTask(0, 1) finished unsuccessfully.\n${thrown.getClass.getName}: " +
        s"${thrown.getMessage}\n\tat dev.lockstep.training.Round.run(Round.java:12)\n\tat java.base/x.y(Z.java:1)\n"
      assert(failed(new SparkException(text, null)) == Ended(code, "", thrown.getMessage + "\n"))
    }
  }

  test("several problems are several lines, in Spark's text too") {
    val problems = new InvalidConfigException(JavaList.of("Unknown key: a", "Unknown key: b"))
    assert(failed(problems).errLines == Seq("Unknown key: a", "Unknown key: b"))
    val text = s"lost\n${problems.toString}\n\tat a.b(C.java:1)"
    assert(
      failed(new SparkException(text, null)).errLines == Seq("Unknown key: a", "Unknown key: b")
    )
  }

  test("anything else ends with 1 and one line without a trace") {
    val cause = new IllegalStateException("disk on fire\nsecond line")
    assert(
      failed(cause) == Ended(
        1,
        "",
        "Failed to probe: java.lang.IllegalStateException: disk on fire (run again with --verbose for the trace)\n"
      )
    )
    assert(
      failed(new SparkException("Job aborted", cause)).err
        .contains("IllegalStateException: disk on fire")
    )
    assert(failed(new OutOfMemoryError("heap")).code == 1)
    val circle = new RuntimeException("a", new RuntimeException("b"))
    circle.getCause.initCause(circle)
    assert(failed(circle).code == 1)
  }

  test("--verbose prints the trace before the line") {
    val lines = ended("--verbose")(throw new IllegalStateException("disk on fire")).errLines
    assert(lines.exists(_.startsWith("\tat ")) && lines.last.startsWith("Failed to probe: "))
  }

  test("stdout gets the result alone, whatever prints while the job runs") {
    val result = new LinkedHashMap[String, Any]
    result.put("run_id", "a")
    result.put("rows", 3L)
    result.put("loss", 0.25)
    result.put("path", null)
    result.put("metrics", java.util.Map.of("ä", 0.5))
    val done = ended() {
      System.out.println("a library's line")
      JobOutput.json(result)
    }
    val line = """{"run_id":"a","rows":3,"loss":0.25,"path":null,"metrics":{"AE":0.5}}""".replace(
      "AE",
      "\\u00E4"
    )
    assert(done == Ended(0, line + "\n", "a library's line\n"))
  }

  test("a failed job prints nothing to stdout and gives System.out back") {
    val before = System.out
    failed(diverged)
    assert(System.out eq before)
  }

  test("--result writes the line to a file as well, whole or not at all") {
    val folder = Files.createTempDirectory("lockstep-result-")
    val file = folder.resolve("new/result.json")
    def run() = ended("--result", file.toString)(JobOutput.json(java.util.Map.of("rows", 3)))
    assert(run() == Ended(0, "{\"rows\":3}\n", ""))
    assert(run().code == 0 && Files.readString(file) == "{\"rows\":3}\n")
    assert(file.getParent.toFile.list().toSeq == Seq("result.json"))
    assert(ended("--result", file.toString)(throw diverged).code == 4)
    assert(Files.readString(file) == "{\"rows\":3}\n")
  }

  test("a place for the result that cannot be is refused before any work") {
    val refused = ended("--result", "nowhere://x/y")(fail("ran"))
    assert(
      refused == Ended(2, "", "Invalid --result: nowhere://x/y (must be a path or a Hadoop URI)\n")
    )
    val file = Files.createTempFile("lockstep-result-", ".txt")
    val below = ended("--result", s"$file/result.json")(JobOutput.text("done"))
    assert(below.code == 1 && below.out.isEmpty && below.errLines.size == 1)
    assert(below.err.startsWith("Failed to write: "))
  }

  test("a result may come with another exit code than 0") {
    assert(ended()(JobOutput.text("done").endingWith(ExitCode.REJECTED)) == Ended(3, "done\n", ""))
  }

  test("an unknown option ends with 2, one line and the way to help") {
    val refused = ended("--verbse")(JobOutput.text("never"))
    val line =
      "Unknown option: '--verbse' (nearest: --verbose; jobs/probe --help lists the options)\n"
    assert(refused == Ended(2, "", line))
    for (arguments <- Seq(Seq("--password", "hunter2"), Seq("--pasword=hunter2"))) {
      val secret = ended(arguments: _*)(JobOutput.text("never"))
      assert(secret.code == 2 && secret.err.startsWith("Unknown option: '--pas"), secret)
      assert(!secret.err.contains("hunter2"), secret)
    }
    val stray = ended("stray")(JobOutput.text("never"))
    assert(
      stray == Ended(2, "", "Unknown argument: 'stray' (jobs/probe --help lists the options)\n")
    )
  }

  test("--help names exit codes, --version the program; both end with 0") {
    val help = ended("--help")(JobOutput.text("never"))
    assert(help.code == 0 && help.err.isEmpty)
    assert(help.out.startsWith("Usage: jobs/probe [OPTION]... [-- SPARK-OPTION...]\n"))
    assert(help.out.contains("Does what a test asks."))
    assert((0 to 4).forall(code => help.out.contains(s"\n  $code   ")))
    val version = ended("--version")(JobOutput.text("never"))
    assert(version.code == 0 && version.out.startsWith("lockstep "))
  }
}
