package dev.lockstep.job

import java.nio.file.{Files, Path}
import java.util.UUID

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.{EpochRow, IterationRow, RunRow}
import dev.lockstep.storage.HaltingFileSystem
import org.apache.commons.io.FileUtils
import org.scalatest.funsuite.AnyFunSuite

/** Runs that were disturbed end with the parameters and the rows of one that was not. */
class ResumeSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(500))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  // About 300 samples: 20 updates an epoch.
  private lazy val settings = place.settings(
    """network.layers = [
      |  { type = dense, units = 8 }, { type = batch-norm }, { type = dropout, rate = 0.2 }, { type = dense, units = 4 }
      |]
      |train { epochs = 3, batch-size = 16, shards = 5, workers = 2, checkpoint-every = 4 iterations }
      |""".stripMargin
  )

  private def train(runId: String, more: String*): Map[String, Any] =
    place.result(new TrainJob, Seq("--conf", settings, "--run-id", runId) ++ more: _*)

  private lazy val undisturbed = train("undisturbed")

  private def sha256(result: Map[String, Any]): String =
    result("parameters_sha256").asInstanceOf[String]

  private def epochs(runId: String): Seq[Seq[Any]] =
    place.tables.epochs(runId).asScala.toSeq.map { (row: EpochRow) =>
      Seq(
        row.epoch,
        row.split,
        row.iterations,
        row.samples,
        row.loss,
        row.accuracy,
        row.gradientNorm,
        row.noiseScale
      )
    }

  private def iterations(runId: String): Seq[Seq[Any]] =
    place.tables.iterations(runId).asScala.toSeq.map { (row: IterationRow) =>
      Seq(row.epoch, row.iteration, row.samples, row.loss, row.gradientNorm, row.updateNorm)
    }

  private def assertAsUndisturbed(runId: String, result: Map[String, Any]): Unit = {
    assert(sha256(result) == sha256(undisturbed))
    assert(result("final_loss") == undisturbed("final_loss"))
    assert(epochs(runId) == epochs("undisturbed"))
    assert(iterations(runId) == iterations("undisturbed"))
  }

  private def checkpoints(runId: String): Seq[Int] = {
    val names = Option(place.store.resolve("checkpoints").resolve(runId).toFile.list())
    names.toSeq.flatten.filter(_.forall(_.isDigit)).map(_.toInt).sorted
  }

  private def checkpoint(runId: String, iteration: Int): Path =
    place.store.resolve("checkpoints").resolve(runId).resolve(iteration.toString)

  private def statuses(runId: String): Seq[(Int, String)] =
    place.tables.runs(runId).asScala.toSeq.map(row => (row.attempt, row.status))

  private lazy val disturbed = train("disturbed")

  /** The end of a trained run whose version is lost, and whatever else, when it is started again.
    */
  private def afterLoss(loss: => Unit): (Map[String, Any], Seq[String]) = {
    assert(sha256(disturbed) == sha256(undisturbed))
    val attempts = statuses("disturbed")
    FileUtils.deleteDirectory(place.store.resolve("models/orders/disturbed").toFile)
    loss
    val ended = place.run(new TrainJob, "--conf", settings, "--run-id", "disturbed")
    assert(ended.code == 0, ended)
    val again = Workplace.json(ended.out)
    assertAsUndisturbed("disturbed", again)
    assert(statuses("disturbed") == attempts :+ (attempts.size + 1 -> "done"))
    assert(place.tables.versions("orders").asScala.count(_.version == "disturbed") == 1)
    (again, ended.errLines.filter(_.startsWith("Invalid checkpoint: ")))
  }

  test("an undisturbed run has a row for each update, and for each epoch and split") {
    val perEpoch =
      math.ceil(place.tables.runs(undisturbed("run_id").toString).get(0).trainRows / 16.0).toInt
    assert(undisturbed("iterations") == 3 * perEpoch)
    assert(iterations("undisturbed").map(_(1)) == (1 to 3 * perEpoch))
    val rows = for (epoch <- 1 to 3; split <- Seq("train", "validation")) yield Seq(epoch, split)
    assert(epochs("undisturbed").map(_.take(2)) == rows)
  }

  test("killed in mid-epoch, on more workers than its master has slots, and resumed on one") {
    val perEpoch = undisturbed("iterations").asInstanceOf[Int] / 3
    val process = new JobProcess(
      place.folder,
      classOf[TrainJob],
      Map("spark.master" -> "local[2]"),
      Seq("--conf", settings, "--run-id", "killed", "--workers", "3"): _*
    )
    assert(process.killWhen(checkpoints("killed").exists(_ > perEpoch)), process.ended())
    assert(statuses("killed") == Seq((1, "running")))
    val last = checkpoints("killed").last
    assert(last % perEpoch != 0 && last < 3 * perEpoch)

    for (cut <- Seq("checkpoints/killed/.24", "models/orders/.killed")) {
      Files.createDirectories(place.store.resolve(s"$cut.${UUID.randomUUID()}/part"))
    }

    val resumed = train("killed", "--workers", "1")
    assert(resumed("resumed_from") == last && resumed("attempt") == 2)
    assertAsUndisturbed("killed", resumed)
    assert(statuses("killed") == Seq((1, "killed"), (2, "done")))
    assert(place.tables.runs("killed").asScala.map(_.workers) == Seq(3, 1))
    assert(!place.stored.exists(_._1.contains("/.")))
  }

  // The last whole checkpoint, and the file that is never written.
  private val halts =
    Seq(
      0 -> "checkpoints/RUN/\\.4\\.[^/]*/state.json",
      20 -> "checkpoints/RUN/\\.24\\.[^/]*/manifest.json"
    )

  for ((last, halt) <- halts)
    test(s"killed while the checkpoint after $last was written, and the next round ran") {
      val runId = s"halted-$last"
      val process = new JobProcess(
        place.folder,
        classOf[TrainJob],
        Map(
          "spark.hadoop.fs.file.impl" -> classOf[HaltingFileSystem].getName,
          "spark.lockstep.test.halt" -> s".*/${halt.replace("RUN", runId)}"
        ),
        Seq("--conf", settings, "--run-id", runId): _*
      )
      assert(process.ended().code == 137)
      assert(checkpoints(runId).lastOption.getOrElse(0) == last)
      assert(place.tables.iterations(runId).asScala.map(_.iteration).max == last + 4)

      val resumed = train(runId, "--workers", "3")
      assert(resumed("resumed_from") == (if (last == 0) null else last))
      assertAsUndisturbed(runId, resumed)
    }

  test("killed between the version and the end of the attempt's row") {
    assert(sha256(disturbed) == sha256(undisturbed))
    val rows = place.tables.runs("disturbed").asScala
    val row = rows.last
    val unended = classOf[RunRow].getRecordComponents.map { part =>
      part.getName match {
        case "status"                                                                => "running"
        case "endedAt" | "epochs" | "iterations" | "stopReason" | "parametersSha256" => null
        case _ => part.getAccessor.invoke(row)
      }
    }
    place.tables.writeRun(
      classOf[RunRow].getDeclaredConstructors.head.newInstance(unended: _*).asInstanceOf[RunRow]
    )
    train("disturbed")
    val again = place.tables.runs("disturbed").asScala
    assert(again.size == rows.size && again.last.endedAt != null)
    def end(row: RunRow) =
      (row.status, row.epochs, row.iterations, row.stopReason, row.parametersSha256, row.error)
    assert(end(again.last) == end(row))
  }

  test("killed between the rows of a round and its checkpoint") {
    val (again, _) = afterLoss {
      FileUtils.deleteDirectory(checkpoint("disturbed", checkpoints("disturbed").last).toFile)
    }
    assert(again("resumed_from").asInstanceOf[Int] < again("iterations").asInstanceOf[Int])
  }

  test("checkpoints further apart than an epoch, and a run that goes on in the second one") {
    val wide = place.settings(
      """network.layers = [
        |  { type = dense, units = 8 }, { type = batch-norm }, { type = dropout, rate = 0.2 }, { type = dense, units = 4 }
        |]
        |train { epochs = 3, batch-size = 16, shards = 5, workers = 2, checkpoint-every = 30 iterations }
        |""".stripMargin
    )
    def run() = place.result(new TrainJob, "--conf", wide, "--run-id", "wide")
    val first = run()
    assert(sha256(first) == sha256(undisturbed) && iterations("wide") == iterations("undisturbed"))
    val rows = epochs("wide")
    FileUtils.deleteDirectory(place.store.resolve("models/orders/wide").toFile)
    checkpoints("wide")
      .filter(_ > 30)
      .foreach(later => FileUtils.deleteDirectory(checkpoint("wide", later).toFile))
    val again = run()
    assert(again("resumed_from") == 30 && sha256(again) == sha256(first))
    assert(epochs("wide") == rows && iterations("wide") == iterations("undisturbed"))
  }

  test("killed between the last checkpoint and the version") {
    val (again, _) = afterLoss(())
    assert(again("resumed_from") == again("iterations"))
  }

  for (file <- Seq("network.zip", "state.json", "manifest.json")) {
    test(s"a flipped byte in a checkpoint's $file falls back to the one before it, and says so") {
      lazy val kept = checkpoints("disturbed")
      val (again, said) = afterLoss {
        val path = checkpoint("disturbed", kept.last).resolve(file)
        val bytes = Files.readAllBytes(path)
        bytes(bytes.length / 3) = (bytes(bytes.length / 3) ^ 0x80).toByte
        Files.write(path, bytes)
      }
      assert(again("resumed_from") == kept.init.last)
      assert(said.size == 1 && said.head.contains(s"/${kept.last} ("), said)
      assert(said.head.endsWith("), using the one before it"))
    }
  }

  test("with no checkpoint whole, or the best one damaged, a run starts again") {
    val early = place.settings(
      "network.layers = [], train { updater { type = sgd, learning-rate = 20 }, epochs = 6, keep-checkpoints = 1 }\n" +
        "train { batch-size = 16, early-stopping.patience = 2 }"
    )
    def run() = place.run(new TrainJob, "--conf", early, "--run-id", "best")
    val first = Workplace.json(run().out)
    assert(first("stop_reason") == "early stopping" && checkpoints("best").size == 2)
    FileUtils.deleteDirectory(place.store.resolve("models/orders/best").toFile)
    val best = checkpoint("best", checkpoints("best").head).resolve("network.zip")
    Files.write(best, Files.readAllBytes(best).reverse)
    val again = run()
    assert(again.err.contains("starting from the beginning"), again)
    val result = Workplace.json(again.out)
    assert(sha256(result) == sha256(first) && result("resumed_from") == null)
  }

  test("Kryo as Spark's serializer gives the same bits, and one line on stdout") {
    val process = new JobProcess(
      place.folder,
      classOf[TrainJob],
      Map("spark.serializer" -> "org.apache.spark.serializer.KryoSerializer"),
      Seq("--conf", settings, "--run-id", "kryo"): _*
    )
    val ended = process.ended()
    assert(ended.code == 0 && ended.outLines.size == 1, ended)
    assert(sha256(Workplace.json(ended.out)) == sha256(undisturbed))
  }
}
