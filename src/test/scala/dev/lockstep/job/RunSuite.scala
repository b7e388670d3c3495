package dev.lockstep.job

import java.nio.file.{Files, Path}
import java.util.concurrent.Callable

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.config.{ConfigLoader, Task}
import dev.lockstep.network.{Blueprint, NetworkShape}
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.graph.MergeVertex
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers.{DenseLayer, OutputLayer}
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.funsuite.AnyFunSuite

/** Whole runs on small data, through the jobs. */
class RunSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private def result(job: Callable[JobOutput], runId: String, more: String): Map[String, Any] =
    place.result(job, "--conf", place.settings(more), "--run-id", runId)

  private lazy val plain = result(new TrainJob, "plain", "")

  private def sha256(result: Map[String, Any]): Any = result("parameters_sha256")

  private def numbers(result: Map[String, Any], key: String): Map[String, Double] =
    result(key).asInstanceOf[java.util.Map[String, Any]].asScala.toMap.collect {
      case (name, value: Number) => name -> value.doubleValue
    }

  private def rows(runId: String): Seq[Any] = {
    val tables = place.tables
    Seq(
      tables.runs(runId),
      tables.epochs(runId),
      tables.iterations(runId),
      tables.evaluations(runId),
      tables.checks(runId),
      tables.versions("orders").asScala.filter(_.runId == runId)
    )
  }

  test("prepare, train, evaluate and query, one after the other") {
    val settings =
      place.settings("train { epochs = 4, batch-size = 8, updater.learning-rate = 0.05 }")
    def run(job: Callable[JobOutput]) = place.result(job, "--conf", settings, "--run-id", "steps")
    val prepared = run(new PrepareJob)
    assert(numbers(prepared, "rows").values.sum == 400)
    val trained = run(new TrainJob)
    assert(trained("version") == "steps" && trained("epochs") == 4)
    val evaluated = run(new EvaluateJob)
    assert(evaluated("samples") == numbers(prepared, "rows")("test").toInt)
    assert(numbers(evaluated, "metrics")("auc") > 0.8)
    val sql =
      "select epoch, split, loss from lockstep.metrics.epochs where run_id = 'steps' order by 1, 2"
    val query = place.run(new QueryJob, sql, "--format", "csv", "--conf", settings)
    assert(query.code == 0 && query.err.isEmpty, query.err)
    val lines = query.out.split("\r\n").map(_.split(",").toSeq).toSeq
    val epochs = for (epoch <- 1 to 4; split <- Seq("train", "validation")) yield s"$epoch,$split"
    assert(lines.map(_.take(2).mkString(",")) == "epoch,split" +: epochs)
    assert(lines.init.last.last.toDouble == trained("final_loss"))
  }

  test("a night that runs again changes nothing") {
    val settings = place.settings("data.window = 30 days")
    def night() = place.result(new NightlyJob, "--conf", settings, "--date", "2024-02-05")
    val first = night()
    val runId = first("run_id").toString
    assert(runId.startsWith("orders-2024-02-05-"))
    val (rowsThen, storedThen) = (rows(runId), place.stored)
    val second = night()
    val ofAttempt = Set("attempt", "resumed_from", "seconds", "peak_memory_mb", "score")
    assert(second -- ofAttempt == first -- ofAttempt)
    def scored(night: Map[String, Any]) =
      night("score").asInstanceOf[java.util.Map[String, Any]].asScala.toMap
    val ofScoring = Set("unchanged", "seconds", "rows_per_second")
    assert(scored(second) -- ofScoring == scored(first) -- ofScoring)
    assert(scored(second)("unchanged") == true && scored(first)("version") == runId)
    assert(first("attempt") == 1 && second("attempt") == null)
    assert(rows(runId) == rowsThen && place.stored == storedThen)
    val days = spark.read.parquet(place.store.resolve(s"prepared/$runId/train").toString)
    assert(
      days
        .selectExpr("min(day) >= date'2024-01-07' and max(day) <= date'2024-02-05'")
        .head
        .getBoolean(0)
    )
  }

  test("early stopping keeps the best epoch's network") {
    val more =
      "network.layers = [], train { batch-size = 16, updater { type = sgd, learning-rate = 20 }, epochs = 12 }"
    val stopped = result(new TrainJob, "stopped", more + ", train.early-stopping.patience = 2")
    val kept = stopped("kept_epoch").asInstanceOf[Int]
    assert(stopped("stop_reason") == "early stopping" && stopped("epochs") == kept + 2)
    val losses = place.tables.epochs("stopped").asScala.filter(_.split == "validation")
    assert(losses.minBy(_.loss).epoch == kept)
    val short = result(new TrainJob, "short", more + s", train.epochs = $kept")
    assert(sha256(short) == sha256(stopped) && short("epochs") == kept)
    assert(place.tables.runs("stopped").get(0).parametersSha256 == sha256(stopped))
  }

  private val none = "numeric = [], categorical = [], arrays = []"
  private val shapes = Seq(
    ("no categorical column", s"data.features { $none, numeric = [a, b] }", "auc"),
    ("no numeric column", s"data.features { $none, categorical = [kind] }", "auc"),
    ("array columns alone", s"data.features { $none, arrays = [v] }", "auc"),
    ("text labels of three classes", "data { task = multiclass, label = colour }", "macro-f1"),
    ("regression", "data { task = regression, label = price }", "rmse")
  )

  shapes.zipWithIndex.foreach { case ((name, more, metric), index) =>
    test(s"a night of $name") {
      val night = result(new NightlyJob, s"shape-$index", s"model = shape-$index, $more")
      assert(night("iterations") == 2 * math.ceil(numbers(night, "rows")("train") / 64).toInt)
      val metrics = numbers(night, "metrics")
      assert(
        metrics.contains(metric) && metrics.values.forall(java.lang.Double.isFinite(_)),
        metrics
      )
      val baselines = night("baselines").asInstanceOf[java.util.Map[String, Any]]
      assert(baselines.size == 2)
      val epochs = place.tables.epochs(s"shape-$index").asScala
      assert(epochs.forall(row => (row.accuracy == null) == (metric == "rmse")))
    }
  }

  test("nulls and NaN in features are imputed, and train") {
    val missing = spark.read.parquet(place.source("orders").toString).where("a is null or isnan(a)")
    val ids = missing.select("id").collect().map(_.getLong(0)).toSet
    assert(ids.size > 30)
    assert(plain("version") == "plain")
    val prepared = spark.read.parquet(place.store.resolve("prepared/plain/train").toString)
    val imputed = prepared
      .collect()
      .filter(row => ids(row.getAs[Long]("id")))
      .map(_.getAs[Seq[Float]]("features"))
    assert(imputed.nonEmpty && imputed.map(_.head).distinct.length == 1)
    assert(imputed.forall(_.forall(value => !value.isNaN && !value.isInfinite)))
    assert(java.lang.Double.isFinite(plain("final_loss").asInstanceOf[Double]))
  }

  test("a batch larger than the training set is one short batch an epoch") {
    val trained = result(new TrainJob, "large", "train { batch-size = 100000, epochs = 3 }")
    assert(trained("iterations") == 3)
    val samples = place.tables.iterations("large").asScala.map(_.samples.toLong)
    assert(samples == Seq.fill(3)(place.tables.runs("large").get(0).trainRows.toLong))
  }

  test("a network of DL4J's JSON is trained like the same one of layers") {
    val config = ConfigLoader.load(Path.of(place.settings()))
    def file(features: Int): Path = {
      val shape = new NetworkShape(Task.BINARY, features, 2)
      val json = Blueprint.ofLayers(config.network, config.train, shape).configuration
      Files.writeString(place.folder.resolve(s"network-$features.json"), json)
    }
    def settings(features: Int) = s"""network { layers = null, dl4j = "${file(features)}" }"""
    assert(sha256(result(new TrainJob, "dl4j", settings(6))) == sha256(plain))
    val refused =
      place.run(new TrainJob, "--conf", place.settings(settings(5)), "--run-id", "narrow")
    assert(refused.code == 2, refused)
    assert(refused.err == "Invalid network.dl4j input width: 5 (the data need 6)\n", refused)
  }

  test("a network's file counts by its content: a changed one makes another run") {
    val file = place.folder.resolve("changing.json")
    val settings = place.settings(s"""network { layers = null, dl4j = "$file" }""")
    def runId(content: String): String = {
      Files.writeString(file, content)
      place.result(new PrepareJob, "--conf", settings)("run_id").toString
    }
    val first = runId("{}")
    assert(first.matches("orders-all-[0-9a-f]{8}"))
    assert(runId("{ }") != first && runId("{}") == first)
  }

  test("a graph of DL4J's JSON is trained, evaluated, and opened by plain DL4J") {
    val builder = new NeuralNetConfiguration.Builder().seed(0).graphBuilder().addInputs("row")
    val json = builder
      .setInputTypes(InputType.feedForward(6))
      .addLayer("left", new DenseLayer.Builder().nOut(4).build(), "row")
      .addLayer("right", new DenseLayer.Builder().nOut(3).build(), "row")
      .addVertex("both", new MergeVertex(), "left", "right")
      .addLayer(
        "late",
        new OutputLayer.Builder(LossFunction.XENT).nOut(1).activation(Activation.SIGMOID).build(),
        "both"
      )
      .setOutputs("late")
      .build()
      .toJson
    val file = Files.writeString(place.folder.resolve("graph.json"), json)
    val more = s"""network { layers = null, dl4j = "$file" }"""
    val trained = result(new NightlyJob, "graph", more)
    assert(numbers(trained, "metrics")("log-loss") > 0)
    assert(sha256(result(new TrainJob, "graph-again", more)) == sha256(trained))
    val zip = place.store.resolve(s"models/orders/${trained("version")}/network.zip").toFile
    val restored = ModelSerializer.restoreComputationGraph(zip, true)
    assert(restored.getIterationCount == trained("iterations") && restored.numParams == 57)
  }

  for (kind <- Seq("network", "functional")) test(s"a Keras file's weights come along: $kind.h5") {
    val file = Path.of(getClass.getResource(s"/keras/$kind.h5").toURI)
    val more =
      s"""network { layers = null, keras = "$file" }, train { batch-size = 1000, epochs = 2 }"""
    val trained = result(new NightlyJob, s"keras-$kind", more)
    val losses = place.tables.iterations(s"keras-$kind").asScala.map(_.loss)
    assert(trained("iterations") == 2 && losses(1) < losses.head)
    // The file's weights, and the mean cross-entropy of its network by hand.
    def output(x: Seq[Float]): Double = {
      val bias = Seq(0.1, -0.1, 0.2, 0)
      val hidden = (0 to 3).map(j =>
        math.max(0, bias(j) + (0 to 5).map(i => x(i) * ((4 * i + j) % 5 / 10.0 - 0.2)).sum)
      )
      1 / (1 + math.exp(
        -(0.05 + hidden.zip(Seq(0.5, -0.4, 0.3, -0.2)).map { case (h, w) => h * w }.sum)
      ))
    }
    val samples =
      spark.read.parquet(place.store.resolve(s"prepared/keras-$kind/train").toString).collect()
    val expected = samples.map { row =>
      val late = output(row.getAs[Seq[Float]]("features"))
      -math.log(if (row.getAs[Double]("label") == 1) late else 1 - late)
    }
    assert(math.abs(losses.head - expected.sum / expected.length) < 1e-6) // float32 sums
  }
}
