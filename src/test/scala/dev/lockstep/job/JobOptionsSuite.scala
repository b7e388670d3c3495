package dev.lockstep.job

import dev.lockstep.config.TinyConfig
import java.nio.file.Paths
import java.util.concurrent.Callable

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path
import org.apache.parquet.hadoop.ParquetFileReader
import org.apache.parquet.hadoop.util.HadoopInputFile
import org.scalatest.funsuite.AnyFunSuite
import picocli.CommandLine.{Command, Mixin}
import scala.annotation.meta.field
import scala.collection.JavaConverters._

import dev.lockstep.config.ConfigLoader

@Command(name = "options")
class OptionsJob extends Callable[JobOutput] {
  @(Mixin @field)
  var config: ConfigOptions = _
  @(Mixin @field)
  var run: RunOptions = _
  @(Mixin @field)
  var workers: WorkerOptions = _

  override def call(): JobOutput = {
    val settings = config.load(workers.workers)
    JobOutput.text(
      s"${run.runId(settings)} ${settings.store} ${settings.train.workers} ${settings.train.epochs}"
    )
  }
}

class JobOptionsSuite extends AnyFunSuite {
  private val file = TinyConfig.file(TinyConfig.text).toString

  private def ended(arguments: String*): Ended = Streams.run(new OptionsJob, arguments: _*)

  test("options reach the settings and the run id") {
    val done = ended(
      Seq(
        "--conf",
        file,
        "--date",
        "2013-06-30",
        "--store",
        "s",
        "--workers",
        "2",
        "--set",
        "train.epochs=3"
      ): _*
    )
    assert(done.out.matches("tiny-2013-06-30-[0-9a-f]{8} s OptionalInt\\[2\\] 3\n"), done)
    assert(ended("--conf", file, "--run-id", "mine").out.startsWith("mine "))
    assert(
      ended("--conf", file, "--workers=auto").out.matches(
        "tiny-all-[0-9a-f]{8} var/store OptionalInt.empty 10\n"
      )
    )
  }

  test("--set may repeat and hold an equals sign") {
    val done = ended("--conf", file, "--set", "data.where=month = 1", "--set=train.epochs=4")
    assert(done.out.endsWith(" 4\n"), done)
  }

  private val refused = Seq(
    Seq() -> "Missing --conf: no file (required, such as --conf conf/flights.conf)",
    Seq("--conf", "no.conf") -> "Cannot read no.conf: no such file",
    Seq(
      "--conf",
      file,
      "--date",
      "2013-02-30"
    ) -> "Invalid --date: 2013-02-30 (must be a day such as 2013-06-30)",
    Seq("--conf", file, "--run-id", "a/b") -> "Invalid run id: \"a/b\" (must be ",
    Seq(
      "--conf",
      file,
      "--workers",
      "none"
    ) -> "Invalid train.workers: \"none\" (must be a whole number)",
    Seq(
      "--conf",
      file,
      "--workers",
      "9"
    ) -> "Invalid train.workers: \"9\" (must be at most train.shards, 8: ",
    Seq(
      "--conf",
      file,
      "--set",
      "train.epochs"
    ) -> "Invalid --set: train.epochs (must be key=value",
    Seq("--conf") -> "Missing required parameter for option '--conf'"
  )

  refused.foreach { case (arguments, line) =>
    test(s"refuses ${arguments.mkString(" ").replace(file, "FILE")}") {
      val ended = this.ended(arguments: _*)
      assert(ended.code == 2 && ended.out.isEmpty)
      assert(ended.errLines.size == 1 && ended.err.startsWith(line), ended.err)
    }
  }

  test("the demo's settings load, and name columns that its data have") {
    val config = ConfigLoader.load(Paths.get("conf/flights.conf"))
    val january =
      HadoopInputFile.fromPath(new Path("data/flights/2013-01.parquet"), new Configuration())
    val reader = ParquetFileReader.open(january)
    val columns =
      try reader.getFooter.getFileMetaData.getSchema.getFields.asScala.map(_.getName).toSet
      finally reader.close()
    val data = config.data
    val named =
      data.key.asScala ++ data.features.numeric.asScala ++ data.features.categorical.asScala ++
        config.evaluate.slices.asScala :+ data.label :+ data.date.get
    assert(named.toSet.subsetOf(columns), named.toSet -- columns)
  }
}
