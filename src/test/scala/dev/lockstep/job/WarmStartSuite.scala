package dev.lockstep.job

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import org.apache.commons.io.FileUtils
import org.scalatest.funsuite.AnyFunSuite

/** Training that starts from the champion, and versions that differ in what they know. */
class WarmStartSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400))
    place.write("renamed", place.orders(400).withColumnRenamed("a", "amount"))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private val warm =
    "train { start = champion, checkpoint-every = 3 iterations }, gate { floor = 0, bootstrap = 20 }\n"

  private lazy val settings = place.settings(warm)

  private def run(job: String, runId: String, settings: String, more: String*): Map[String, Any] = {
    val main = job match {
      case "train"   => new TrainJob
      case "nightly" => new NightlyJob
      case "promote" => new PromoteJob
    }
    place.result(main, Seq("--conf", settings, "--run-id", runId) ++ more: _*)
  }

  /** A champion of the first days, started afresh as there was none. */
  private lazy val champion = {
    val night = run("nightly", "first", settings, "--date", "2024-01-20")
    assert(night("champion") == "first")
    night
  }

  private lazy val second = {
    assert(champion("started_from") == null)
    run("train", "second", settings, "--date", "2024-01-25", "--workers", "1")
  }

  private def sha256(result: Map[String, Any]): Any = result("parameters_sha256")

  test("a run starts from the champion's weights and features, and says so") {
    assert(second("started_from") == "first")
    assert(place.tables.runs("second").asScala.map(_.startedFrom) == Seq("first"))
    assert(place.tables.runs("first").asScala.map(_.startedFrom) == Seq(null))
    val scales = Seq("prepared/first", "prepared/second").map { run =>
      val stages = place.store.resolve(s"$run/features/stages")
      val scaler = stages.toFile.list().find(_.contains("scale")).get
      spark.read.parquet(stages.resolve(scaler).resolve("data").toString).collect().toSeq
    }
    assert(scales.head == scales.last)
    val fresh = run("train", "fresh", place.settings(), "--date", "2024-01-25")
    val losses = Seq("second", "fresh").map(place.tables.iterations(_).get(0).loss)
    assert(losses.head < losses.last && sha256(fresh) != sha256(second))
  }

  test("the same bits on any number of workers") {
    assert(second("started_from") == "first")
    for (workers <- Seq("2", "3"))
      assert(
        sha256(
          run("train", s"on-$workers", settings, "--date", "2024-01-25", "--workers", workers)
        ) == sha256(second)
      )
  }

  test("a run that goes on has the same bits, whoever is champion by then") {
    assert(second("started_from") == "first")
    val night = run("train", "resumed", settings, "--date", "2024-01-25")
    assert(sha256(night) == sha256(second))
    run("promote", "second", settings, "--version", "second")
    for (path <- Seq("models/orders/resumed", "checkpoints/resumed")) {
      FileUtils.deleteDirectory(place.store.resolve(path).toFile)
    }
    val anew = run("train", "resumed", settings, "--date", "2024-01-25")
    assert(anew("resumed_from") == null && sha256(anew) == sha256(second))
    FileUtils.deleteDirectory(place.store.resolve("models/orders/resumed").toFile)
    val checkpoints = place.store.resolve("checkpoints/resumed")
    val last = checkpoints.toFile.list().filter(_.forall(_.isDigit)).map(_.toInt).max
    FileUtils.deleteDirectory(checkpoints.resolve(last.toString).toFile)
    val on = run("train", "resumed", settings, "--date", "2024-01-25")
    assert(on("resumed_from").asInstanceOf[Int] < last && sha256(on) == sha256(second))
    assert(on("started_from") == "first")
    run("promote", "second", settings, "--rollback")
  }

  private val other = Seq(
    "data.features.numeric = [a]" ->
      ("Cannot start from champion first: data.features is {", "(train.start = fresh trains anew)\n"),
    "network.layers = [ { type = dense, units = 5, activation = relu } ]" ->
      ("Cannot start from champion first: the network's parameters are {",
      "(train.start = fresh trains anew)\n")
  )

  for (((more, (start, end)), index) <- other.zipWithIndex)
    test(s"refuses to start from a champion that differs: $more") {
      assert(champion("champion") == "first")
      val ended =
        place.run(new TrainJob, "--conf", place.settings(warm + more), "--run-id", s"other-$index")
      assert(ended.code == 2, ended)
      val line = ended.errLines.last + "\n"
      assert(line.startsWith(start) && line.endsWith(end), ended)
    }

  test("a class that leaves the window, or comes back, makes training start afresh, and is told") {
    def of(more: String) =
      place.settings(warm + "model = fading, data { task = multiclass, label = colour }\n" + more)
    val three = of("")
    val two = of("data.where = \"colour <> 'colour 2'\"")
    assert(run("nightly", "faded-1", three, "--date", "2024-01-20")("champion") == "faded-1")
    for (
      (runId, settings, date, change) <- Seq(
        ("faded-2", two, "2024-01-25", "new none, gone colour 2"),
        ("faded-3", three, "2024-01-26", "new colour 2, gone none")
      )
    ) {
      val reason = s"not from champion ${place.tables
          .versions("fading")
          .asScala
          .find(_.status == "champion")
          .get
          .version}: the classes of colour have changed: $change"
      val ended =
        place.run(new TrainJob, "--conf", settings, "--run-id", runId, "--date", date)
      assert(ended.code == 0, ended)
      assert(ended.err.contains("Warning: training starts afresh, " + reason + "\n"), ended.err)
      val result = Workplace.json(ended.out)
      assert(result("started_from") == null && result("started_afresh") == reason)
      val provenance = place.store.resolve(s"models/fading/$runId/provenance.json")
      assert(java.nio.file.Files.readString(provenance).contains(reason))
      val check =
        place.tables.checks(runId).asScala.find(_.rule == "fits the champion to start from")
      assert(check.exists(!_.passed))
      run("promote", runId, settings, "--version", runId)
    }
    val warmAgain = run("train", "faded-4", three, "--date", "2024-01-27")
    assert(warmAgain("started_from") == "faded-3" && !warmAgain.contains("started_afresh"))
  }

  test("a champion that cannot take the test rows is one line") {
    assert(champion("champion") == "first")
    val renamed = place.settings("data.features.numeric = [b]", source = "renamed")
    run("train", "renamed", renamed, "--date", "2024-01-25")
    val ended = place.run(
      new PromoteJob,
      "--conf",
      renamed,
      "--run-id",
      "renamed",
      "--date",
      "2024-01-25"
    )
    assert(ended.code == 3 && ended.errLines.size == 1, ended)
    assert(ended.err.startsWith("Cannot compare with champion first: Cannot compute features: "))
  }

  test("versions of other classes and other features are compared on the same rows") {
    val colours = "model = colours, data { task = multiclass, label = colour }\n"
    val all = place.settings(colours)
    assert(run("nightly", "three", all, "--date", "2024-01-20")("champion") == "three")
    val two = place.settings(
      colours + "data { where = \"colour <> 'colour 2'\", features.numeric = [b] }, gate.bootstrap = 20"
    )
    val night = run("nightly", "two", two, "--date", "2024-01-25")
    assert(night("previous_champion") == "three" && night("metric") == "accuracy")
    assert(night("gain_low").asInstanceOf[Double] <= night("gain_high").asInstanceOf[Double])
    val rows = place.tables.evaluations("two").asScala.filter(_.metric == "accuracy")
    val samples = rows.filter(row => Set("two", "three")(row.version)).map(_.samples)
    assert(samples.size == 2 && samples.distinct.size == 1)
  }
}
