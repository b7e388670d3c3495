package dev.lockstep.registry

import java.nio.file.{Files, Path}
import java.time.{Clock, Instant, LocalDate, ZoneOffset}
import java.util.Optional
import java.util.concurrent.atomic.AtomicLong

import scala.collection.JavaConverters._
import scala.concurrent.ExecutionContext.Implicits.global
import scala.concurrent.duration._
import scala.concurrent.{Await, Future}
import scala.util.Random

import dev.lockstep.config.InvalidConfigException
import dev.lockstep.metrics.{MetricsTables, VersionRow, WarehouseTables}
import org.apache.hadoop.fs.FileUtil
import org.scalatest.funsuite.AnyFunSuite

class SuccessionSuite extends AnyFunSuite {

  /** A clock that is never twice at the same time. */
  private final class Ticking extends Clock {
    private val seconds = new AtomicLong(1700000000L)
    override def instant(): Instant = Instant.ofEpochSecond(seconds.incrementAndGet())
    override def getZone = ZoneOffset.UTC
    override def withZone(zone: java.time.ZoneId): Clock = this
  }

  private def withTables(body: (MetricsTables, Path) => Unit): Unit = {
    val folder = Files.createTempDirectory("lockstep-succession-")
    try body(WarehouseTables.open(folder), folder)
    finally FileUtil.fullyDelete(folder.toFile)
  }

  private def candidate(name: String) = new VersionRow(
    "m",
    name,
    name,
    LocalDate.of(2013, 3, 1),
    "models/m/" + name,
    "beef",
    "candidate",
    Instant.EPOCH,
    "trained"
  )

  private def register(tables: MetricsTables, names: String*): Unit =
    tables.writeVersions("m", rows => (rows.asScala ++ names.map(candidate)).asJava)

  private def statuses(tables: MetricsTables): Map[String, String] =
    tables.versions("m").asScala.map(row => row.version -> row.status).toMap

  private val better = new Verdict("promoted", "better", java.util.Map.of("gain", Double.box(0.1)))
  private val worse = new Verdict("kept", "worse", java.util.Map.of())

  private def decide(succession: Succession, name: String, verdict: Verdict): Option[Decision] = {
    val champion = succession.champion.map[String](_.version)
    val decided = succession.decide(name, champion, verdict)
    if (decided.isPresent) Some(decided.get) else None
  }

  test("promotion retires the old champion in the same commit, rejection changes no champion") {
    withTables { (tables, _) =>
      register(tables, "a", "b", "c")
      val succession = new Succession(tables, "m", new Ticking)
      assert(decide(succession, "a", better).get.champion == "a")
      assert(decide(succession, "b", worse).get.champion == "a")
      val last = decide(succession, "c", better).get
      assert(last.champion == "c" && last.against == "a")
      assert(statuses(tables) == Map("a" -> "retired", "b" -> "rejected", "c" -> "champion"))
      val reasons = tables.versions("m").asScala.map(row => row.version -> row.reason).toMap
      assert(reasons == Map("a" -> "replaced by c", "b" -> "worse", "c" -> "better"))
      assert(tables.versions("m").asScala.map(_.decision) == Seq("promoted", "kept", "promoted"))
    }
  }

  test("what is decided stays decided, word for word, whoever is champion later") {
    withTables { (tables, _) =>
      register(tables, "a", "b")
      val succession = new Succession(tables, "m", new Ticking)
      val first = decide(succession, "a", better).get
      decide(succession, "b", better)
      val before = tables.versions("m")
      assert(decide(succession, "a", worse).get.values == first.values)
      assert(succession.decided("a").get.values == first.values)
      assert(tables.versions("m") == before)
    }
  }

  test("a verdict against somebody who is no longer champion says nothing") {
    withTables { (tables, _) =>
      register(tables, "a", "b", "c")
      val succession = new Succession(tables, "m", new Ticking)
      decide(succession, "a", better)
      decide(succession, "b", better)
      assert(!succession.decide("c", Optional.of("a"), better).isPresent)
      assert(!succession.decide("c", Optional.empty(), better).isPresent)
      assert(statuses(tables) == Map("a" -> "retired", "b" -> "champion", "c" -> "candidate"))
    }
  }

  test("by hand any version becomes champion, and what the gate said of it stays") {
    withTables { (tables, _) =>
      register(tables, "a", "b")
      val succession = new Succession(tables, "m", new Ticking)
      decide(succession, "a", better)
      val kept = decide(succession, "b", worse).get
      assert(succession.promote("b").verdict.reason == "promoted by hand")
      assert(statuses(tables) == Map("a" -> "retired", "b" -> "champion"))
      assert(succession.row("b").get.reason == "promoted by hand")
      assert(succession.decided("b").get.values == kept.values)
      val before = tables.versions("m")
      assert(succession.promote("b").champion == "b" && tables.versions("m") == before)
      val unknown = intercept[InvalidConfigException](succession.promote("x"))
      assert(unknown.getMessage == "Missing version: x of m (run jobs/train first)")
    }
  }

  test("a rollback brings the last champion back, and a second one undoes it") {
    withTables { (tables, _) =>
      register(tables, "a", "b", "c")
      val succession = new Succession(tables, "m", new Ticking)
      val none = intercept[InvalidConfigException](succession.rollback())
      assert(none.getMessage == "Cannot roll back m: no champion was retired")
      Seq("a", "b", "c").foreach(decide(succession, _, better))
      assert(succession.rollback().verdict.reason == "rolled back by hand from c")
      assert(statuses(tables) == Map("a" -> "retired", "b" -> "champion", "c" -> "retired"))
      assert(succession.rollback().champion == "c")
    }
  }

  test("whatever is done in whatever order, a model has one champion") {
    val random = new Random(5)
    withTables { (tables, _) =>
      val succession = new Succession(tables, "m", new Ticking)
      register(tables, (0 until 12).map("v" + _): _*)
      for (_ <- 0 until 40) {
        val name = "v" + random.nextInt(12)
        random.nextInt(4) match {
          case 0                                                   => succession.promote(name)
          case 1 if statuses(tables).values.exists(_ == "retired") => succession.rollback()
          case 2 => decide(succession, name, worse)
          case _ => decide(succession, name, better)
        }
        assert(statuses(tables).values.count(_ == "champion") <= 1)
      }
      assert(statuses(tables).values.count(_ == "champion") == 1)
    }
  }

  test("promoters at the same time make one champion, and each candidate is decided once") {
    withTables { (tables, folder) =>
      val names = (0 until 8).map("v" + _)
      register(tables, names: _*)
      val clock = new Ticking
      def promote(name: String): Decision = {
        val succession = new Succession(WarehouseTables.open(folder), "m", clock)
        Iterator.continually(decide(succession, name, better)).flatten.next()
      }
      val decisions =
        Await.result(
          Future.sequence(names.map(name => Future(promote(name)))),
          2.minutes
        )
      assert(decisions.map(_.champion) == names)
      // Each took over from another: one after the other, nobody twice.
      assert(decisions.map(_.against).toSet.size == names.size)
      val byStatus = statuses(tables).groupBy(_._2).map { case (k, v) => k -> v.size }
      assert(byStatus == Map("champion" -> 1, "retired" -> 7))
    }
  }
}
