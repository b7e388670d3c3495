package dev.lockstep.metrics

import dev.lockstep.metrics.LocalCatalog.inTemporaryFolder
import dev.lockstep.metrics.Rows._
import dev.lockstep.storage.StoreException
import java.lang.ProcessBuilder.Redirect
import java.nio.file.{Files, Path, Paths}
import java.util.concurrent.atomic.{AtomicBoolean, AtomicInteger}
import org.apache.iceberg.CachingCatalog
import org.apache.iceberg.exceptions.{CommitFailedException, CommitStateUnknownException}
import org.apache.iceberg.expressions.Expressions.{and, equal, greaterThan}
import org.scalatest.funsuite.AnyFunSuite
import scala.concurrent.ExecutionContext.Implicits.global
import scala.concurrent.duration._
import scala.concurrent.{Await, Future}
import scala.jdk.CollectionConverters._

class ConcurrentCommitsSuite extends AnyFunSuite {
  private def open(warehouse: Path) = new MetricsTables(LocalCatalog.open(warehouse))

  private def together(bodies: (() => Unit)*): Unit =
    Await.result(Future.sequence(bodies.map(body => Future(body()))), 2.minutes)

  private def dataFiles(warehouse: Path): Int = {
    val files = Files.walk(warehouse.resolve("metrics/epochs/data"))
    try files.iterator.asScala.count(_.toString.endsWith(".parquet"))
    finally files.close()
  }

  test("writers of two runs lose no row") {
    inTemporaryFolder { warehouse =>
      val ids = Seq("a", "b")
      together(ids.map { id => () =>
        val tables = open(warehouse)
        for (n <- 1 to 20) {
          tables.writeEpoch(id, n, Seq(epoch(id, n, "train")).asJava)
          tables.writeRun(attempt(id, n))
        }
      }: _*)
      for (id <- ids) {
        assert(open(warehouse).epochs(id).asScala.map(_.epoch) == (1 to 20))
        assert(open(warehouse).runs(id).asScala.map(_.attempt) == (1 to 20))
      }
    }
  }

  test("a run that was silent for many commits of another goes on") {
    inTemporaryFolder { warehouse =>
      val (silent, busy) = (open(warehouse), open(warehouse))
      silent.writeEpoch("a", 1, Seq(epoch("a", 1, "train")).asJava)
      for (n <- 1 to 25) busy.writeEpoch("b", n, Seq(epoch("b", n, "train")).asJava)
      assert(silent.epochs("a").size == 1)
      for (n <- 26 to 50) busy.writeEpoch("b", n, Seq(epoch("b", n, "train")).asJava)
      silent.writeEpoch("a", 2, Seq(epoch("a", 2, "train")).asJava)
      assert(busy.epochs("a").size == 2)
    }
  }

  test("writers of the same run lose no row, and threads may share the tables") {
    inTemporaryFolder { warehouse =>
      val shared = open(warehouse)
      together((0 to 1).map { odd => () =>
        for (n <- 1 to 20) {
          shared.writeEpoch("a", 2 * n - odd, Seq(epoch("a", 2 * n - odd, "train")).asJava)
        }
      }: _*)
      assert(shared.epochs("a").asScala.map(_.epoch) == (1 to 40))
    }
  }

  test("processes over one local warehouse lose no row") {
    inTemporaryFolder { warehouse =>
      open(warehouse)
      val java = Paths.get(sys.props("java.home"), "bin", "java").toString
      val processes = Seq("a", "b").map { id =>
        new ProcessBuilder(
          java,
          "-Xmx256m",
          "-cp",
          sys.props("java.class.path"),
          "dev.lockstep.metrics.CommitLoop",
          warehouse.toString,
          id,
          "15"
        ).redirectErrorStream(true).redirectOutput(Redirect.DISCARD).start()
      }
      assert(processes.map(_.waitFor()) == Seq(0, 0))
      for (id <- Seq("a", "b")) {
        assert(open(warehouse).epochs(id).asScala.map(_.epoch) == (1 to 15))
      }
    }
  }

  test("versions keep one champion whoever promotes, and no version is lost") {
    inTemporaryFolder { warehouse =>
      def promote(name: String)(rows: java.util.List[VersionRow]): java.util.List[VersionRow] = {
        val others = rows.asScala.map(r => version(r.model, r.version, "retired"))
        (others :+ version("m", name, "champion")).asJava
      }
      together(Seq("a", "b").map { writer => () =>
        val tables = open(warehouse)
        for (n <- 1 to 20) tables.writeVersions("m", promote(s"$writer$n")(_))
      }: _*)
      val versions = open(warehouse).versions("m").asScala
      assert(versions.map(_.version).toSet == (1 to 20).flatMap(n => Seq(s"a$n", s"b$n")).toSet)
      assert(versions.size == 40)
      assert(versions.count(_.status == "champion") == 1)
    }
  }

  test("a change is asked again when another writer was faster") {
    inTemporaryFolder { warehouse =>
      val (slow, fast) = (open(warehouse), open(warehouse))
      val asked = new AtomicInteger()
      slow.writeVersions(
        "m",
        rows => {
          if (asked.incrementAndGet() == 1) {
            fast.writeVersions("m", _ => Seq(version("m", "a", "champion")).asJava)
            fast.writeVersions("other", _ => Seq(version("other", "x", "champion")).asJava)
          }
          (rows.asScala :+ version("m", "b", "candidate")).asJava
        }
      )
      assert(asked.get == 2)
      assert(
        fast.versions("m").asScala.map(r => (r.version, r.status)) ==
          Seq(("a", "champion"), ("b", "candidate"))
      )
    }
  }

  test("a replacement starts again when its file was rewritten meanwhile") {
    inTemporaryFolder { warehouse =>
      val tables = open(warehouse)
      val all = equal("run_id", "a")
      // One file of many epochs, as a compaction leaves it.
      val compacted = InterruptedOperations.epochs(LocalCatalog.open(warehouse))(_.apply())
      compacted.replace(all, (1 to 4).map(epoch("a", _, "train")).asJava)
      val slow = InterruptedOperations.epochs(LocalCatalog.open(warehouse)) { commit =>
        tables.writeEpoch("a", 1, Seq(epoch("a", 1, "train", 0.125)).asJava)
        commit()
      }
      slow.replace(and(all, equal("epoch", 2)), Seq(epoch("a", 2, "train", 0.25)).asJava)
      assert(tables.epochs("a").asScala.map(_.loss) == Seq(0.125, 0.25, 0.5, 0.5))
    }
  }

  test("a replacement sees rows that were added meanwhile") {
    inTemporaryFolder { warehouse =>
      val tables = open(warehouse)
      tables.writeEpoch("a", 1, Seq(epoch("a", 1, "train")).asJava)
      val slow = InterruptedOperations.epochs(LocalCatalog.open(warehouse)) { commit =>
        tables.writeEpoch("a", 3, Seq(epoch("a", 3, "train")).asJava)
        commit()
      }
      slow.replace(and(equal("run_id", "a"), greaterThan("epoch", 0)), java.util.List.of())
      assert(tables.epochs("a").isEmpty)
    }
  }

  test("a commit of unknown outcome keeps its files and says so") {
    inTemporaryFolder { warehouse =>
      val tables = open(warehouse)
      val lost = InterruptedOperations.epochs(LocalCatalog.open(warehouse)) { commit =>
        commit()
        throw new CommitStateUnknownException(new java.io.IOException("connection lost"))
      }
      val rows = Seq(epoch("a", 1, "train")).asJava
      val error = intercept[StoreException](lost.replace(equal("run_id", "a"), rows))
      assert(
        error.getMessage.startsWith("Unknown outcome of a commit to lockstep.metrics.epochs: ")
      )
      assert(error.getMessage.linesIterator.size == 1)
      assert(tables.epochs("a") == rows)
    }
  }

  test("a catalog that remembers tables shows what another process has written, too") {
    inTemporaryFolder { warehouse =>
      val remembering = new MetricsTables(CachingCatalog.wrap(LocalCatalog.open(warehouse)))
      assert(remembering.epochs("a").isEmpty)
      for (epochNumber <- 1 to 2) {
        open(warehouse).writeEpoch("a", epochNumber, Seq(epoch("a", epochNumber, "train")).asJava)
        assert(remembering.epochs("a").asScala.map(_.epoch) == (1 to epochNumber))
      }
    }
  }

  test("a commit that failed for sure leaves no file and no row") {
    inTemporaryFolder { warehouse =>
      val tables = open(warehouse)
      val before = tables.epochs("a")
      val broken = InterruptedOperations.epochs(LocalCatalog.open(warehouse)) { _ =>
        throw new IllegalStateException("disk gone")
      }
      val rows = Seq(epoch("a", 1, "train")).asJava
      val error = intercept[StoreException](broken.replace(equal("run_id", "a"), rows))
      assert(error.getMessage == "Failed to write lockstep.metrics.epochs: disk gone")
      assert(tables.epochs("a") == before)

      val conflicting = InterruptedOperations.epochs(LocalCatalog.open(warehouse)) { _ =>
        tables.writeEpoch("a", 1, Seq(epoch("a", 1, "train", 0.25)).asJava)
        throw new CommitFailedException("lost the race")
      }
      val files = dataFiles(warehouse)
      conflicting.replace(equal("run_id", "a"), rows)
      assert(tables.epochs("a") == rows)
      // The other writer's file, and one of the second try: the first try's is gone.
      assert(dataFiles(warehouse) == files + 2)
    }
  }

  test("readers during writes see whole commits only") {
    inTemporaryFolder { warehouse =>
      val writer = open(warehouse)
      writer.writeIterations("a", iterations("a", 1 to 50, loss = 0).asJava)
      val done = new AtomicBoolean(false)
      val reads = Future {
        val reader = open(warehouse)
        Iterator
          .continually(reader.iterations("a").asScala.map(r => (r.iteration, r.loss)))
          .takeWhile(_ => !done.get)
          .toList
      }
      for (n <- 1 to 20) writer.writeIterations("a", iterations("a", 1 to 50, loss = n).asJava)
      done.set(true)
      for (rows <- Await.result(reads, 1.minute)) {
        assert(rows.map(_._1) == (1 to 50))
        assert(rows.map(_._2).distinct.size == 1)
      }
    }
  }
}
