package dev.lockstep.job

import java.util.regex.Pattern

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.network.{NetworkFile, NetworkState}
import dev.lockstep.registry.Versions
import dev.lockstep.storage.Store
import org.apache.commons.io.FileUtils
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{Path => HadoopPath}
import org.apache.spark.sql.{functions => f}
import org.scalatest.funsuite.AnyFunSuite

/** What the gate makes of versions that differ, or that cannot be measured, through the job. */
class PromotionSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private def run(job: String, settings: String, arguments: String*): Map[String, Any] = {
    val callable = job match {
      case "train"    => new TrainJob
      case "evaluate" => new EvaluateJob
      case "promote"  => new PromoteJob
    }
    place.result(callable, Seq("--conf", settings) ++ arguments: _*)
  }

  /** A version whose every parameter, and so every output, is no number. */
  private def ruin(model: String, version: String): Unit = {
    val store = Store.open(place.store.toString, new Configuration())
    val versions = new Versions(store, place.tables)
    val whole = versions.find(model, version).get
    val network = NetworkFile.read(versions.network(whole))
    val state = network.state
    val nothing = new NetworkState(
      state.parameters.map(_ => Float.NaN),
      state.updaterState,
      state.iteration,
      state.epoch
    )
    FileUtils.deleteDirectory(place.store.resolve(s"models/$model/$version").toFile)
    val features = new HadoopPath(store.prepared(version), "features")
    versions.add(new Versions.Trained(network.blueprint, nothing), features, whole.provenance)
  }

  private val unmeasurable = "Invalid prediction: NaN at row_id 0 (must be a probability)"

  test("a candidate whose output is no number is kept out, and evaluated with a notice") {
    val settings = place.settings("model = ruined, gate.floor = 0.0")
    run("train", settings, "--run-id", "broken")
    ruin("ruined", "broken")
    val ended = place.run(new EvaluateJob, "--conf", settings, "--run-id", "broken")
    assert(ended.code == 0, ended)
    assert(ended.err.contains(s"Warning: broken has no metrics: $unmeasurable\n"), ended)
    assert(Workplace.json(ended.out)("metrics").asInstanceOf[java.util.Map[_, _]].isEmpty)
    val decided = run("promote", settings, "--run-id", "broken")
    assert(decided("decision") == "kept" && decided("champion") == null, decided)
    assert(decided("reason") == s"it cannot be measured: $unmeasurable")
  }

  test("a champion whose output is no number loses to a candidate that reaches the floor") {
    def settings(floor: Double, seed: Int) =
      place.settings(s"model = saved, gate.floor = $floor, train.seed = $seed")
    for ((name, seed) <- Seq("broken-champion" -> 1, "poor" -> 2, "good" -> 3))
      run("train", settings(0, seed), "--run-id", name)
    run("promote", settings(0, 1), "--version", "broken-champion")
    ruin("saved", "broken-champion")
    val poor = run("promote", settings(1, 2), "--run-id", "poor")
    assert(poor("decision") == "kept" && poor("champion") == "broken-champion", poor)
    assert(poor("reason").toString.contains("does not reach gate.floor, 1"), poor)
    val good = run("promote", settings(0, 3), "--run-id", "good")
    assert(good("decision") == "promoted" && good("champion") == "good", good)
    assert(good("reason") == s"broken-champion cannot be measured: $unmeasurable")
  }

  test(
    "where the source has restated test rows, both versions are measured on the present values"
  ) {
    place.write("changing", place.orders(400))
    val settings = place.settings("model = restated, gate.bootstrap = 50", "changing")
    // The same network twice: on the same inputs there is no gain.
    for (name <- Seq("one", "two")) run("train", settings, "--run-id", name)
    run("promote", settings, "--run-id", "one")
    run("evaluate", settings, "--run-id", "two")
    FileUtils.deleteDirectory(place.source("changing").toFile)
    place.write(
      "changing",
      place.orders(400).withColumn("a", f.expr("if(id % 2 = 0, 3 * a, a)"))
    )
    // Gaps stay gaps.
    val changed = spark.read
      .parquet(place.store.resolve("prepared/two/test").toString)
      .where("id % 2 = 0 and id % 17 <> 0 and id % 19 <> 0")
      .count()
    val ended = place.run(new PromoteJob, "--conf", settings, "--run-id", "two")
    assert(ended.code == 0 && changed > 0, ended)
    val line =
      s" test rows have other values in ${place.source("changing")} now than when they were prepared: both versions are measured on the present ones"
    assert(
      ended.errLines.exists(_.matches(s"Warning: $changed of [0-9]+${Pattern.quote(line)}")),
      ended
    )
    val decided = Workplace.json(ended.out)
    assert(decided("candidate_value") == decided("champion_value"), decided)
    assert(decided("gain_low") == 0.0 && decided("gain_high") == 0.0, decided)
  }

  test("the slices on which a candidate is worse by more than max-drop are named, and no others") {
    def settings(train: String) = place.settings(s"""model = sliced
      |evaluate.slices = [kind]
      |gate.floor = 0.0
      |gate.slices { columns = [kind], max-drop = 0.01, min-samples = 5 }
      |train { $train }
      |""".stripMargin)
    val (long, short) = (settings("epochs = 40"), settings("epochs = 1, seed = 9"))
    run("train", long, "--run-id", "long")
    run("promote", long, "--run-id", "long")
    run("train", short, "--run-id", "short")
    val decided = run("promote", short, "--run-id", "short")
    val auc = place.tables
      .evaluations("short")
      .asScala
      .filter(row => row.metric == "auc" && row.split == "test" && row.slice.startsWith("kind="))
      .map(row => (row.slice, row.version) -> row)
      .toMap
    val worse = auc.collect {
      case ((slice, "short"), row)
          if row.samples >= 5 && auc
            .get((slice, "long"))
            .exists(_.value - row.value > 0.01) =>
        slice
    }.toSet
    assert(worse.nonEmpty)
    assert(decided("decision") == "kept" && decided("champion") == "long", decided)
    val named = "auc is [0-9.]+ worse on (.*), more than gate.slices.max-drop, 0.01".r
    val reasons = decided("reason").toString.split("; ").toSet
    assert(reasons.collect { case named(slice) => slice } == worse, reasons)
  }
}
