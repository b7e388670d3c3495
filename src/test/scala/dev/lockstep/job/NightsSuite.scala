package dev.lockstep.job

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.VersionRow
import org.scalatest.funsuite.AnyFunSuite

/** Nights one after the other, and what people do to champions by hand. */
class NightsSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(400).where("day <> date'2024-02-04'"))
    place
  }

  // A night is judged on its own day: without rows of it, its data are rejected.
  private lazy val settings = place.settings("""
    |data { window = 30 days, split = null, rules = [ { check = "b >= 0" } ] }
    |data.split { validation-days = 2, test-days = 1 }
    |evaluate.slices = [kind]
    |gate { floor = 0.0, bootstrap = 50, slices { max-drop = 1, min-samples = 1 } }
    |""".stripMargin)

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private type Result = Map[String, Any]

  private def nights(arguments: String*): (Ended, Seq[Result]) = {
    val ended = place.run(new NightlyJob, Seq("--conf", settings) ++ arguments: _*)
    val list = Workplace.json(ended.out)("nights").asInstanceOf[java.util.List[_]].asScala
    (ended, list.map(_.asInstanceOf[java.util.Map[String, Any]].asScala.toMap).toSeq)
  }

  private lazy val first = nights("--from", "2024-02-03", "--to", "2024-02-05")

  private def versions: Seq[VersionRow] = place.tables.versions("orders").asScala.toSeq

  private def champions: Seq[String] = versions.filter(_.status == "champion").map(_.version)

  private def night(date: String): String =
    first._2.find(_("date") == date).get("run_id").toString

  private def promote(arguments: String*): Result =
    place.result(new PromoteJob, Seq("--conf", settings) ++ arguments: _*)

  test("a night in the middle whose data are rejected is noted, and the next ones go on") {
    val (ended, list) = first
    assert(ended.code == 3, ended.err)
    assert(list.map(_("status")) == Seq("done", "rejected", "done"))
    assert(list.head("decision") == "promoted" && list.head("champion_value") == null)
    assert(list.last("champion_value").isInstanceOf[Double])
    assert(champions == Seq(list.last("champion")))
    val rejected = list(1)
    assert(rejected("reason").toString.startsWith("Missing rows: data.split leaves none of "))
    val attempts = place.tables.runs(rejected("run_id").toString).asScala
    assert(attempts.map(row => (row.status, row.error)) == Seq(("rejected", rejected("reason"))))
    val table = ended.errLines.filter(_.startsWith("2024-02-0")).map(_.split("\\s{2,}").toSeq)
    assert(table.map(_.head) == Seq("2024-02-03", "2024-02-04", "2024-02-05"))
    assert(ended.errLines.exists(_.startsWith("night ")) && table(1).contains("rejected"))
  }

  test("candidate and champion of a night are rows of the same run, split and samples") {
    val last = first._2.last
    val rows = place.tables
      .evaluations(last("run_id").toString)
      .asScala
      .filter(row => row.metric == "auc" && row.slice == "all" && row.split == "test")
      .map(row => row.version -> row)
      .toMap
    val (candidate, champion) = (rows(last("version").toString), rows(night("2024-02-03")))
    assert(candidate.value == last("candidate_value") && champion.value == last("champion_value"))
    assert(candidate.samples == 10 && champion.samples == 10)
  }

  test("nights that run again print the same and leave no new row, file or version") {
    def state = (
      Seq("2024-02-03", "2024-02-04", "2024-02-05").map { date =>
        val (tables, run) = (place.tables, night(date))
        (tables.runs(run), tables.epochs(run), tables.evaluations(run), tables.checks(run))
      },
      versions,
      place.stored
    )
    val before = state
    val (ended, again) = nights("--from", "2024-02-03", "--to", "2024-02-05")
    assert(ended.code == 3 && again.map(_ - "seconds") == first._2.map(_ - "seconds"))
    assert(state == before)
  }

  test("a night older than the champion's is kept, unless by hand") {
    assert(first._1.code == 3)
    val newest = night("2024-02-05")
    promote("--version", newest)
    val (ended, list) = nights("--from", "2024-02-02", "--to", "2024-02-02")
    assert(ended.code == 0, ended.err)
    assert(list.head("decision") == "kept")
    assert(
      list
        .head("reason")
        .toString
        .startsWith(
          "the champion is of a later night, 2024-02-05, than 2024-02-02 ("
        )
    )
    assert(champions == Seq(newest))
    val old = list.head("version").toString
    assert(promote("--version", old)("reason") == "promoted by hand")
    assert(champions == Seq(old))
    val back = promote("--rollback")
    assert(back("champion") == newest && back("reason") == s"rolled back by hand from $old")
    assert(champions == Seq(newest))
    val again = promote("--date", "2024-02-02")
    assert(again("decision") == "kept" && again("reason") == list.head("reason"))
  }

  private val refused = Seq(
    Seq("--from", "2024-02-03") -> "Missing --to: no day (--from and --to go together)",
    Seq("--to", "2024-02-03") -> "Missing --from: no day (--from and --to go together)",
    Seq("--from", "2024-02-03", "--to", "2024-02-02") ->
      "Invalid --to: 2024-02-02 (must not be before --from, 2024-02-03)",
    Seq("--from", "2024-02-03", "--to", "soon") ->
      "Invalid --to: soon (must be a day such as 2013-06-30)",
    Seq("--from", "2024-02-03", "--to", "2024-02-03", "--run-id", "x") ->
      "Invalid --from: beside --date or --run-id (each night has its own date and run id)"
  )

  for ((arguments, line) <- refused) test(s"refuses nights ${arguments.mkString(" ")}") {
    val ended = place.run(new NightlyJob, Seq("--conf", settings) ++ arguments: _*)
    assert(ended.code == 2 && ended.err == line + "\n", ended)
  }

  test("promote refuses what is not there, and two ways at once") {
    def line(arguments: String*) = {
      val ended = place.run(new PromoteJob, Seq("--conf", settings) ++ arguments: _*)
      assert(ended.code == 2, ended)
      ended.err
    }
    assert(line("--version", "none") == "Missing version: none of orders (run jobs/train first)\n")
    assert(
      line("--version", "a", "--rollback") ==
        "Invalid --rollback: beside --version (one of them says who becomes champion)\n"
    )
    assert(
      line("--run-id", "untrained") ==
        "Missing version: untrained of orders (run jobs/train first)\n"
    )
  }
}
