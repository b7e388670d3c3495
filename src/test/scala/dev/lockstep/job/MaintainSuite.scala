package dev.lockstep.job

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import org.scalatest.funsuite.AnyFunSuite

class MaintainSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(300))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private lazy val settings = place.settings(
    """train { epochs = 6, checkpoint-every = 1 epoch, keep-checkpoints = 5 }
      |retention { checkpoints = 1 }
      |""".stripMargin
  )

  private def checkpoints: Set[String] =
    place.store.resolve("checkpoints/kept").toFile.list().toSet

  private def maintain(more: String*): Ended =
    place.run(new MaintainJob, Seq("--conf", settings) ++ more: _*)

  test("a look says what would go and changes nothing, an application removes just that") {
    val trained = place.result(new TrainJob, "--conf", settings, "--run-id", "kept")
    val (before, epochs) = (place.stored, place.tables.epochs("kept"))
    assert(checkpoints.size >= 5)
    val look = maintain()
    assert(look.code == 0 && place.stored == before, look)
    val found = Workplace.json(look.out)
    val surplus = look.errLines.filter(_.startsWith("Would remove file:"))
    assert(surplus.forall(_.endsWith(" MB (run done)")) && surplus.size >= 3, look)
    assert(found("applied") == false && found("checkpoints") == surplus.size)
    assert(found("compacted_files").asInstanceOf[Int] >= 6 && found("bytes").asInstanceOf[Int] > 0)
    assert(place.tables.epochs("kept") == epochs)

    val applied = maintain("--apply")
    assert(applied.code == 0, applied)
    assert(Workplace.json(applied.out) == found + ("applied" -> true))
    val removed = applied.errLines.filter(_.startsWith("Removed "))
    assert(removed.map(_.stripPrefix("Removed ")) == surplus.map(_.stripPrefix("Would remove ")))
    assert(checkpoints.size == before.count(_._1.matches("checkpoints/kept/\\d+")) - surplus.size)
    assert(place.tables.epochs("kept") == epochs)

    val again = Workplace.json(maintain("--apply").out)
    assert((again - "applied").values.forall(_ == 0), again)
    val rerun = place.result(new TrainJob, "--conf", settings, "--run-id", "kept")
    assert(rerun("parameters_sha256") == trained("parameters_sha256"))
    assert(place.tables.runs("kept").asScala.map(_.status) == Seq("done"))
  }

  test("a store where nothing is stays so") {
    val nowhere = place.folder.resolve("nowhere")
    for (more <- Seq(Seq.empty, Seq("--apply"))) {
      val ended = maintain(Seq("--store", nowhere.toString) ++ more: _*)
      assert(ended.code == 0 && ended.err.trim == s"Nothing there: $nowhere has no tables", ended)
      assert((Workplace.json(ended.out) - "applied").values.forall(_ == 0))
      assert(!nowhere.toFile.exists)
    }
  }

  test("settings that keep less than any job needs are refused") {
    val refused = maintain("--set", "retention.leftovers=10 minutes")
    assert(refused.code == 2 && refused.out.isEmpty)
    assert(refused.err.startsWith("Invalid retention.leftovers: \"10 minutes\" (must be a time "))
  }
}
