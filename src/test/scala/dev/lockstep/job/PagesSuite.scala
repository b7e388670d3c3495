package dev.lockstep.job

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import dev.lockstep.SharedSpark
import org.scalatest.funsuite.AnyFunSuite

/** Reports and cards of what the jobs have left. */
class PagesSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400))
    for (date <- Seq("2024-02-05", "2024-02-06"))
      place.result(new NightlyJob, "--conf", settings(place), "--date", date)
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private def settings(place: Workplace): String =
    place.settings("data.window = 30 days, evaluate.slices = [kind]")

  private def report(arguments: String*): Ended =
    place.run(new ReportJob, "--conf" +: settings(place) +: arguments: _*)

  private lazy val nights = place.tables.versions("orders").asScala.sortBy(_.logicalDate.toString)

  private def auc(version: String): Double = place.tables
    .evaluations(version)
    .asScala
    .find(row => row.version == version && row.slice == "all" && row.metric == "auc")
    .get
    .value

  test("a run's report lies on the store, and has what the tables have") {
    val run = nights.head.runId
    val ended = report("--run-id", run)
    assert(ended.code == 0, ended.err)
    val path = ended.out.trim
    assert(path == s"${place.store}/reports/$run.html" && ended.out.linesIterator.size == 1)
    val html = Files.readString(Path.of(path))
    val row = place.tables.runs(run).get(0)
    for (
      part <- Seq(run, row.parametersSha256, row.dataFingerprint, f"${auc(run)}%.4f", "kind=kind 1")
    ) assert(html.contains(part), part)
  }

  test("a model's report has its nights, where it was asked for") {
    val file = place.folder.resolve("orders.html")
    val ended = report("--model", "--out", file.toString)
    assert(ended.code == 0 && ended.out.trim == file.toString, ended.err)
    val html = Files.readString(file)
    for (night <- nights; part <- Seq(night.logicalDate.toString, f"${auc(night.version)}%.4f"))
      assert(html.contains(part), part)
    assert(html.contains("promoted"))
  }

  test("what is not there is said in one line") {
    val missing = report("--run-id", "nobody")
    assert(missing.code == 2 && missing.out.isEmpty)
    assert(missing.err == "Missing run: nobody (nobody has trained it on this store)\n")
  }

  test("each version has a card, which knows what has become of it") {
    for (night <- nights) {
      val folder = place.store.resolve(s"cards/orders/${night.version}")
      val card = new ObjectMapper().readTree(folder.resolve("card.json").toFile)
      assert(card.at("/status").asText == night.status && card.at("/reason").asText == night.reason)
      assert(card.at("/network_sha256").asText == night.sha256)
      assert(card.at(s"/metrics/test/${night.version}/all/auc").asDouble == auc(night.version))
      assert(card.at("/metrics/test/baseline:majority/all/auc").asDouble == 0.5)
      assert(card.at("/data/days/last").asText == night.logicalDate.toString)
      assert(card.at("/data/days/first").asText == night.logicalDate.minusDays(29).toString)
      assert(
        card.at("/data/split/test").asDouble == 0.2 && card.at("/data/task").asText == "binary"
      )
      assert(card.at("/checks").size > 0)
      assert(Files.readString(folder.resolve("card.html")).contains(f"${auc(night.version)}%.4f"))
      assert(folder.toFile.list().toSet == Set("card.json", "card.html"))
    }
    assert(nights.count(_.status == "champion") == 1)
  }
}
