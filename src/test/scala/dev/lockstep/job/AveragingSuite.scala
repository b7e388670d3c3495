package dev.lockstep.job

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import org.apache.commons.io.FileUtils
import org.deeplearning4j.util.ModelSerializer
import org.nd4j.linalg.dataset.DataSet
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.funsuite.AnyFunSuite

/** DL4J's ParameterAveragingTrainingMaster as a run's trainer. */
class AveragingSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private val averaging = "train { trainer = parameter-averaging, updater.learning-rate = 0.05 }"

  private def epochs(runId: String, split: String) =
    place.tables.epochs(runId).asScala.filter(_.split == split).sortBy(_.epoch)

  test("a night with it has the rows, checkpoints and version that another trainer's has") {
    val more = s"$averaging, train { averaging-every = 2, epochs = 3, batch-size = 32 }"
    val night = place.result(
      new NightlyJob,
      Seq("--conf", place.settings(more), "--run-id", "averaged"): _*
    )
    assert(night("version") == "averaged" && night("epochs") == 3)
    val run = place.tables.runs("averaged").get(0)
    assert(run.status == "done" && run.workers == 2 && run.stopReason == "all epochs")
    assert(run.parametersSha256 == night("parameters_sha256"))
    val train = epochs("averaged", "train")
    assert(train.map(_.epoch) == Seq(1, 2, 3) && train.last.loss < train.head.loss)
    train.foreach { row =>
      assert(row.samples > run.trainRows / 2 && row.samples <= run.trainRows)
      assert(row.samplesPerSecond > 0 && row.wallMs > 0 && row.workers == 2)
      assert(row.learningRate == 0.05)
      assert(row.gradientNorm == null && row.accuracy == null && row.reduceMs == null)
    }
    // 3 shards of about 80 rows in mini-batches of 16, 4 of them between two averagings.
    val perShard = Math.ceil(run.trainRows / 3.0 / 16).toInt
    assert(train.map(_.iterations.toInt) == Seq.fill(3)(3 * perShard / 4 * 2))
    assert(run.iterations == train.map(_.iterations.toInt).sum)
    assert(place.tables.iterations("averaged").isEmpty)
    val checkpoints = Files.list(place.store.resolve("checkpoints/averaged"))
    try assert(checkpoints.count() == 3)
    finally checkpoints.close()
    // The version in plain DL4J, on the validation rows.
    val file = place.store.resolve("models/orders/averaged/network.zip").toFile
    val rows = spark.read
      .parquet(place.store.resolve("prepared/averaged/validation").toString)
      .select("features", "label")
      .collect()
    val data = new DataSet(
      Nd4j.createFromArray(rows.map(_.getSeq[Float](0).toArray)),
      Nd4j.createFromArray(rows.map(_.getDouble(1).toFloat): _*).reshape(-1, 1)
    )
    val score = ModelSerializer.restoreMultiLayerNetwork(file).score(data)
    assert(math.abs(epochs("averaged", "validation").last.loss - score) < 1e-5)
  }

  private val single =
    "train { shards = 1, workers = 1, averaging-every = 1, batch-size = 1000, epochs = 3 }"

  test("with one worker and one batch an epoch it is the exact trainer, to rounding") {
    def run(runId: String, more: String) =
      place.result(new TrainJob, Seq("--conf", place.settings(more), "--run-id", runId): _*)
    val result = run("one-averaged", s"$averaging, $single")
    run("one-exact", s"train.updater.learning-rate = 0.05, $single")
    for (split <- Seq("train", "validation")) {
      val pairs = epochs("one-averaged", split).zip(epochs("one-exact", split))
      assert(pairs.size == 3)
      pairs.foreach { case (a, b) => assert(math.abs(a.loss - b.loss) < 1e-5, (split, a, b)) }
    }
    // Without its version and last checkpoint the run goes on after the second epoch.
    FileUtils.deleteDirectory(place.store.resolve("models/orders/one-averaged").toFile)
    FileUtils.deleteDirectory(place.store.resolve("checkpoints/one-averaged/3").toFile)
    val again = run("one-averaged", s"$averaging, $single")
    assert(again("resumed_from") == 2 && again("attempt") == 2)
    assert(again("parameters_sha256") == result("parameters_sha256"))
    assert(epochs("one-averaged", "train").map(_.epoch) == Seq(1, 2, 3))
  }
}
