package dev.lockstep.report

import java.time.{Instant, LocalDate}
import java.util.{Collections, LinkedHashMap, Optional, List => JList, Map => JMap}

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import dev.lockstep.metrics._
import org.scalatest.funsuite.AnyFunSuite

class ReportsSuite extends AnyFunSuite {
  private val hostile = """<script>alert("x")</script>&'"""
  private val start = Instant.parse("2013-03-02T04:05:06Z")

  private def attempt(number: Int, status: String, error: String): RunRow =
    new RunRow(
      "run-1",
      number,
      "flights",
      LocalDate.parse("2013-03-01"),
      status,
      start,
      start.plusSeconds(75),
      "0.1",
      """{"train":{"seed":7},"model":"<b>flights</b>"}""",
      "c0ffee",
      "f00d",
      262047L,
      32632L,
      32667L,
      38913L,
      512,
      8,
      2,
      7L,
      3,
      1536,
      "all epochs",
      "5371e46d",
      error,
      null
    )

  private def epoch(number: Int, split: String, loss: Double): EpochRow =
    new EpochRow(
      "run-1",
      "flights",
      LocalDate.parse("2013-03-01"),
      number,
      split,
      512,
      262047L,
      loss,
      0.8,
      0.001,
      0.25,
      900.0 + number,
      177125.0,
      1480.0,
      10.0,
      400.0,
      600.0,
      100.0,
      50.0,
      2,
      start
    )

  private def evaluation(version: String, slice: String, metric: String, value: Double) =
    new EvaluationRow(
      "run-1",
      "flights",
      version,
      LocalDate.parse("2013-03-01"),
      "test",
      slice,
      metric,
      value,
      32667L
    )

  private def facts(
      evaluations: Seq[EvaluationRow],
      classes: Seq[String] = Nil,
      text: String = "on time"
  ): RunFacts = {
    val version = new VersionRow(
      "flights",
      "run-1",
      "run-1",
      LocalDate.parse("2013-03-01"),
      "file:/store/models/flights/run-1",
      "5ha",
      "champion",
      start,
      text
    )
    val epochs =
      for (e <- 1 to 3; (split, loss) <- Seq("train" -> 0.5, "validation" -> 0.48))
        yield epoch(e, split, loss - e * 0.0123)
    val iterations = (1 to 1536).map(i =>
      new IterationRow(
        "run-1",
        1 + (i - 1) / 512,
        i,
        512L,
        0.7 - i * 1e-4,
        0.001,
        0.3,
        0.01,
        2.5,
        0.2
      )
    )
    new RunFacts(
      "run-1",
      JList.of(attempt(1, "killed", text), attempt(2, "done", null)),
      epochs.asJava,
      iterations.asJava,
      evaluations.asJava,
      JList.of(
        new CheckRow("run-1", null, s"distance > 0 $text", null, 0.98765, 1.0, false),
        new CheckRow("run-1", null, "not null", "id", 1.0, 1.0, true)
      ),
      Optional.of(version),
      classes.asJava,
      "auc"
    )
  }

  private val binary = Seq(
    evaluation("run-1", "all", "auc", 0.77891),
    evaluation("run-1", "all", "log-loss", 0.44861),
    evaluation("run-1", "all", "calibration-bin-01-predicted", 0.0512),
    evaluation("run-1", "all", "calibration-bin-01-observed", 0.0634),
    evaluation("run-1", "all", "calibration-bin-05-predicted", 0.4487),
    evaluation("run-1", "all", "calibration-bin-05-observed", 0.4711),
    evaluation("run-1", "origin=JFK", "auc", 0.76543),
    evaluation("run-0", "all", "auc", 0.77123),
    evaluation("baseline:logistic-regression", "all", "auc", 0.72681)
  )

  test("a run's page has the tables' numbers") {
    val html = RunReport.html(facts(binary))
    val text = PagesOf.text(html)
    for (
      number <- Seq(
        "0.7789",
        "0.4486",
        "0.7654",
        "0.7712",
        "0.7268",
        "262,047",
        "1,536",
        "38,913",
        "5371e46d",
        "f00d",
        "0.9877",
        "2013-03-01",
        "0:01:15",
        "champion then",
        "origin=JFK"
      )
    ) assert(text.contains(number), number)
    assert(text.contains("broken") && text.contains("passed") && text.contains("killed"))
    val pictures = PagesOf.pictures(html)
    assert(
      pictures.map(_.getDocumentElement.getElementsByTagName("title").item(0).getTextContent) ==
        Seq(
          "Loss by epoch",
          "Accuracy by epoch",
          "Loss by update",
          "Learning rate",
          "Gradient and update",
          "Gradient noise scale",
          "Throughput",
          "Time of an update",
          "Calibration"
        )
    )
    val marks = pictures.head.getElementsByTagName("circle")
    val told = (0 until marks.getLength).map(marks.item(_).getTextContent)
    assert(told.contains("training, 1: 0.4877") && told.contains("validation, 3: 0.4431"))
  }

  test("pages need nothing else, and lie in every browser's own encoding and width") {
    for (html <- Seq(RunReport.html(facts(binary)), card(binary).html)) {
      assert(html.startsWith("<!DOCTYPE html>") || html.trim.startsWith("<!DOCTYPE html>"))
      assert("(?:src|href)=".r.findFirstIn(html).isEmpty && !html.contains("@import"))
      assert(!html.contains("url(") && !html.contains("<script"))
      assert(html.contains("""<meta charset="utf-8">""") && html.contains("width=device-width"))
      assert(html.contains("prefers-color-scheme: dark"))
    }
  }

  test("hostile text is text") {
    val evaluations = binary :+ evaluation("run-1", s"origin=$hostile", "auc", 0.5) :+
      evaluation("run-1", "all", s"confusion-0-1", 3)
    val run = facts(evaluations, Seq(hostile, "b"), hostile)
    val night = new ModelReport.Night(
      LocalDate.parse("2013-03-01"),
      hostile,
      5L,
      0.7,
      0.6,
      hostile,
      hostile,
      1,
      0.2
    )
    val pages = Seq(
      RunReport.html(run),
      card(evaluations, hostile).html,
      ModelReport.html(hostile, hostile, hostile, JList.of(night, night))
    )
    for (html <- pages) {
      assert(!html.contains("<script") && !html.contains("<b>flights"))
      assert(html.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;"))
      PagesOf.pictures(html) // well-formed
    }
  }

  test("a matrix of classes has names, counts and shares") {
    val rows = Seq(
      evaluation("run-1", "all", "accuracy", 0.8),
      evaluation("run-1", "all", "confusion-0-0", 30),
      evaluation("run-1", "all", "confusion-0-1", 10),
      evaluation("run-1", "all", "confusion-1-1", 50)
    )
    val text = PagesOf.text(RunReport.html(facts(rows, Seq("red", "green"))))
    assert(text.contains("actual \\ predicted red green red 30 75 % 10 25 % green 0 0 % 50 100 %"))
  }

  test("a run that has come to nothing has a page") {
    val failed = new RunFacts(
      "run-1",
      Collections.singletonList(attempt(1, "diverged", "Diverged: loss is NaN in iteration 7")),
      JList.of(),
      JList.of(),
      JList.of(),
      JList.of(),
      Optional.empty(),
      JList.of(),
      "auc"
    )
    val html = RunReport.html(failed)
    assert(PagesOf.text(html).contains("Diverged: loss is NaN in iteration 7"))
    assert(PagesOf.pictures(html).isEmpty)
  }

  test("a model's page has a line for each night, the latest first") {
    def night(day: Int, decision: String, candidate: Double, champion: java.lang.Double) =
      new ModelReport.Night(
        LocalDate.of(2013, 3, day),
        s"run-$day",
        1000L * day,
        candidate,
        champion,
        decision,
        s"because of $day",
        0,
        0.0123 * day
      )
    val html = ModelReport.html(
      "flights",
      "run-2",
      "auc",
      JList.of(
        night(1, "promoted", 0.7001, null),
        night(2, "promoted", 0.7102, 0.7001),
        night(3, "kept", 0.7, 0.71)
      )
    )
    val text = PagesOf.text(html)
    assert(text.contains("Scoring uses run-2 champion"))
    assert(
      text.contains("2013-03-02 2,000 0.7102 0.7001 +0.01010 promoted 0 0.02460 run-2 because of 2")
    )
    assert(text.indexOf("2013-03-03 3,000") < text.indexOf("2013-03-01 1,000"))
    assert(PagesOf.pictures(html).size == 3)
  }

  private def card(evaluations: Seq[EvaluationRow], text: String = "on time"): ModelCard = {
    val provenance = new LinkedHashMap[String, Object]()
    provenance.put("version", "run-1")
    provenance.put("parameters_sha256", "5371e46d")
    provenance.put(
      "data",
      JMap.of(
        "train_rows",
        Int.box(262047),
        "features",
        JList.of("a", text),
        "days",
        JMap.of("last", "2013-03-01")
      )
    )
    provenance.put("training", JMap.of("final_loss", Double.box(0.43341)))
    provenance.put("environment", Collections.emptyMap())
    provenance.put("config", """{"train":{"seed":7}}""")
    new ModelCard(provenance, facts(evaluations, text = text))
  }

  test("a card has provenance, metrics, baselines, checks and decision, as JSON and as a page") {
    val json = new ObjectMapper().readTree(card(binary).json())
    assert(json.at("/metrics/test/run-1/all/auc").asDouble == 0.77891)
    assert(json.at("/metrics/test/baseline:logistic-regression/all/auc").asDouble == 0.72681)
    assert(json.at("/metrics/test/run-1/origin=JFK/auc").asDouble == 0.76543)
    assert(json.at("/data/train_rows").asInt == 262047 && json.at("/config/train/seed").asInt == 7)
    assert(json.at("/status").asText == "champion" && json.at("/reason").asText == "on time")
    assert(
      json.at("/checks/0/observed").asDouble == 0.98765 && !json.at("/checks/0/passed").asBoolean
    )
    assert(json.at("/parameters_sha256").asText == "5371e46d")
    val text = PagesOf.text(card(binary).html)
    for (
      part <- Seq("0.7789", "0.7268", "262,047", "0.4334", "last 2013-03-01", "0.9877", "5371e46d")
    )
      assert(text.contains(part), part)
    assert(java.util.Arrays.equals(card(binary).json(), card(binary).json()))
  }

  test("figures are short and exact enough") {
    val expected = Seq(
      0.0 -> "0",
      1234567.0 -> "1,234,567",
      0.123456 -> "0.1235",
      12.3456 -> "12.35",
      1234.6 -> "1,235",
      0.00012341 -> "1.234e-04",
      -3.5 -> "-3.500"
    )
    for ((number, text) <- expected) assert(Figure.of(number) == text)
    assert(Figure.of(null) == "–" && Figure.duration(3723000) == "1:02:03")
  }

  test("ticks are round, on the axis, and told apart") {
    for (
      (least, greatest) <- Seq((0.0, 1.0), (0.43, 0.52), (-3.0, 250000.0), (1e-5, 2e-5), (5.0, 6.0))
    ) {
      val axis = new Axis(least, greatest, 0, 100)
      val ticks = axis.ticks(5).asScala.map(_.doubleValue)
      assert(ticks.size >= 2 && ticks.size <= 7, ticks)
      assert(ticks.forall(tick => tick >= least - 1e-9 && tick <= greatest + 1e-9))
      assert(ticks.map(axis.label(_, 5)).distinct.size == ticks.size)
    }
  }
}
