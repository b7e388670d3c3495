package dev.lockstep.metrics

import java.nio.file.{Files, Path}

import dev.lockstep.metrics.LocalCatalog.inTemporaryFolder
import dev.lockstep.metrics.Rows._
import dev.lockstep.storage.{Fence, StoreException}
import org.apache.iceberg.expressions.Expressions.equal
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class FencedTablesSuite extends AnyFunSuite {

  /** Lets so many commits through. */
  private class Allowing(var commits: Int) extends Fence {
    override def check(): Unit = {
      commits -= 1
      if (commits < 0) throw new StoreException("Cannot go on: displaced")
    }
  }

  private def dataFiles(warehouse: Path): Int = {
    val files = Files.walk(warehouse.resolve("metrics/epochs"))
    try files.iterator.asScala.count(_.toString.endsWith(".parquet"))
    finally files.close()
  }

  private def refused(write: => Unit): Unit =
    assert(intercept[StoreException](write).getMessage == "Cannot go on: displaced")

  test("tables are changed while the fence is open, and never again") {
    inTemporaryFolder { warehouse =>
      val plain = new MetricsTables(LocalCatalog.open(warehouse))
      val tables = plain.fenced(new Allowing(1))
      tables.writeEpoch("a", 1, Seq(epoch("a", 1, "train")).asJava)
      val files = dataFiles(warehouse)
      refused(tables.writeEpoch("a", 2, Seq(epoch("a", 2, "train")).asJava))
      refused(tables.writeRun(attempt("a", 1)))
      refused(tables.writeVersions("m", _ => Seq(version("m", "v", "champion")).asJava))
      refused(tables.discardAfter("a", 0, 0))
      assert(dataFiles(warehouse) == files)
      assert(plain.epochs("a").asScala.map(_.epoch) == Seq(1))
      assert(plain.runs("a").isEmpty && plain.versions("m").isEmpty)
    }
  }

  test("a commit that lost a race asks the fence again before its next try") {
    inTemporaryFolder { warehouse =>
      val other = new MetricsTables(LocalCatalog.open(warehouse))
      val slow = InterruptedOperations.epochs(LocalCatalog.open(warehouse)) { commit =>
        other.writeEpoch("b", 1, Seq(epoch("b", 1, "train")).asJava)
        commit()
      }
      val fenced = slow.fenced(new Allowing(1))
      refused(fenced.replace(equal("run_id", "a"), Seq(epoch("a", 1, "train")).asJava))
      assert(other.epochs("a").isEmpty && other.epochs("b").size == 1)
      assert(dataFiles(warehouse) == 1)
    }
  }
}
