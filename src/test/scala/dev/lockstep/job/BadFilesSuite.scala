package dev.lockstep.job

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.registry.Versions
import dev.lockstep.storage.{GatedFileSystem, Store, StoreException}
import org.apache.commons.io.FileUtils
import org.apache.hadoop.conf.Configuration
import org.scalatest.funsuite.AnyFunSuite

/** A damaged file of each kind of directory is never used: it is made again, or named in a line. */
class BadFilesSuite extends AnyFunSuite with SharedSpark {
  private lazy val place = {
    val place = new Workplace(spark)
    place.write("orders", place.orders(300))
    place
  }

  override def afterAll(): Unit = {
    place.delete()
    super.afterAll()
  }

  private lazy val settings = place.settings("train.workers = 1")

  private val damages: Seq[(String, Path => Unit)] = Seq(
    "truncated" -> { file => Files.write(file, Files.readAllBytes(file).dropRight(1)) },
    "bit-flipped" -> { file =>
      val bytes = Files.readAllBytes(file)
      bytes(bytes.length / 2) = (bytes(bytes.length / 2) ^ 4).toByte
      Files.write(file, bytes)
    },
    "missing" -> { file => Files.delete(file) }
  )

  private def train(): Ended = place.run(new TrainJob, "--conf", settings, "--run-id", "run")

  private lazy val sha256: Any = Workplace.json(train().out)("parameters_sha256")

  private def version: Path = place.store.resolve("models/orders/run")

  private def files(folder: String, ending: String): Seq[Path] = {
    val all = Files.walk(place.store.resolve(folder))
    try all.iterator.asScala.filter(_.getFileName.toString.endsWith(ending)).toList.sorted
    finally all.close()
  }

  /** The store as it was before. */
  private def undone(body: => Unit): Unit = {
    val copy = place.folder.resolve("copy")
    FileUtils.copyDirectory(place.store.toFile, copy.toFile)
    try body
    finally {
      FileUtils.deleteDirectory(place.store.toFile)
      FileUtils.moveDirectory(copy.toFile, place.store.toFile)
    }
  }

  private def assertOneLine(ended: Ended, code: Int, starts: String): Unit = {
    assert(ended.code == code && ended.out.isEmpty, ended)
    assert(ended.errLines.size == 1 && ended.err.startsWith(starts), ended)
  }

  test("prepared data that cannot be read for a moment stay as they are, and serve the next try") {
    assert(sha256 != null)
    undone {
      FileUtils.deleteDirectory(version.toFile)
      val stored = place.stored
      GatedSpark(spark) {
        GatedFileSystem.failOnce("/prepared/run/train/part-[^/]*")
        assertOneLine(train(), 1, "Cannot read: ")
        assert(place.stored == stored)
        val ended = train()
        assert(ended.code == 0 && Workplace.json(ended.out)("parameters_sha256") == sha256, ended)
        assert(!ended.err.contains("again"), ended)
      }
    }
  }

  test("a file more among the prepared data is not used: an evaluation names it") {
    assert(sha256 != null)
    undone {
      val part = files("prepared/run/test", ".parquet").head
      Files.copy(part, part.resolveSibling("part-00009.snappy.parquet"))
      val ended = place.run(new EvaluateJob, "--conf", settings, "--run-id", "run")
      assertOneLine(ended, 1, s"Unknown file: file:${part.getParent}/part-00009")
      FileUtils.deleteDirectory(version.toFile)
      val again = train()
      assert(again.code == 0 && Workplace.json(again.out)("parameters_sha256") == sha256, again)
      assert(files("prepared/run/test", ".parquet").size == 1)
    }
  }

  for ((how, damage) <- damages) {
    test(s"prepared data with a $how file are made again, and train to the same bits") {
      assert(sha256 != null)
      undone {
        FileUtils.deleteDirectory(version.toFile)
        damage(files("prepared/run/train", ".parquet").head)
        val said = place.run(new EvaluateJob, "--conf", settings, "--run-id", "run")
        assertOneLine(said, 2, "Missing version: run of orders")
        val ended = train()
        assert(ended.code == 0 && Workplace.json(ended.out)("parameters_sha256") == sha256, ended)
        val line = ended.errLines.filter(_.contains("/prepared/run/train/"))
        assert(line.size == 1 && line.head.endsWith(", preparing the data of run run again"), ended)
      }
    }

    test(s"a lone evaluation names the $how file of prepared data") {
      assert(sha256 != null)
      undone {
        damage(files("prepared/run/test", ".parquet").head)
        val ended = place.run(new EvaluateJob, "--conf", settings, "--run-id", "run")
        assertOneLine(ended, 1, if (how == "missing") "Missing file: " else "Invalid file: ")
        assert(ended.err.trim.endsWith(": jobs/prepare makes the data again"))
      }
    }

    test(s"a lone promotion names the $how file of prepared data, and decides nothing") {
      assert(sha256 != null)
      undone {
        damage(files("prepared/run/test", ".parquet").head)
        val versions = place.tables.versions("orders")
        val ended = place.run(new PromoteJob, "--conf", settings, "--run-id", "run")
        assertOneLine(ended, 1, if (how == "missing") "Missing file: " else "Invalid file: ")
        assert(ended.err.trim.endsWith(": jobs/prepare makes the data again"))
        assert(place.tables.versions("orders") == versions)
      }
    }

    test(s"$how predictions are made again") {
      assert(sha256 != null)
      undone {
        def score() = place.run(
          new ScoreJob,
          Seq("--conf", settings, "--date", "2024-01-20", "--model-version", "run"): _*
        )
        assert(score().code == 0)
        val file = files("predictions/orders", ".parquet").head
        val whole = Files.readAllBytes(file).toSeq
        damage(file)
        val ended = score()
        assert(ended.code == 0 && Workplace.json(ended.out)("unchanged") == false, ended)
        val lines = ended.errLines.filter(_.startsWith(s"Invalid file: file:$file ("))
        assert(lines.size == (if (how == "missing") 0 else 1), ended)
        assert(Files.readAllBytes(file).toSeq == whole)
        assert(Workplace.json(score().out)("unchanged") == true)
      }
    }

    test(s"a rollback to a version with a $how network is refused in a line, and changes nothing") {
      assert(sha256 != null)
      undone {
        val other = place.settings("train { workers = 1, seed = 8 }")
        place.result(new TrainJob, "--conf", other, "--run-id", "later")
        for (name <- Seq("run", "later"))
          place.result(new PromoteJob, "--conf", settings, "--version", name)
        val versions = place.tables.versions("orders")
        def rollback() = place.run(new PromoteJob, "--conf", settings, "--rollback")
        damage(version.resolve("network.zip"))
        assertOneLine(rollback(), 2, "Cannot roll back to run: ")
        FileUtils.deleteDirectory(version.toFile)
        val gone = rollback()
        assertOneLine(gone, 2, "Cannot roll back to run: Missing version: its directory is gone (")
        assert(place.tables.versions("orders") == versions)
      }
    }

    test(s"the checkpoint before one with a $how file is used") {
      assert(sha256 != null)
      undone {
        FileUtils.deleteDirectory(version.toFile)
        damage(
          files("checkpoints/run", "network.zip").maxBy(_.getParent.getFileName.toString.toInt)
        )
        val ended = train()
        assert(ended.code == 0 && Workplace.json(ended.out)("parameters_sha256") == sha256, ended)
        assert(ended.errLines.count(_.endsWith("), using the one before it")) == 1, ended)
      }
    }

    test(s"a version with a $how network is named, and its $how features are not loaded") {
      assert(sha256 != null)
      undone {
        damage(version.resolve("network.zip"))
        val ended = place.run(new EvaluateJob, "--conf", settings, "--run-id", "run")
        val starts = if (how == "missing") "Missing file: " else "Invalid file: "
        assertOneLine(ended, 1, s"${starts}file:$version/network.zip (")
        val versions =
          new Versions(Store.open(place.store.toString, new Configuration()), place.tables)
        val found = versions.find("orders", "run").get
        assert(versions.features(found).toString == s"file:$version/features")
        damage(files("models/orders/run/features", "part-00000").head)
        val refused = intercept[StoreException](versions.features(found)).getMessage
        assert(refused.startsWith(s"${starts}file:$version/features/"))
      }
    }

    for (file <- Seq("network.zip", "provenance.json"))
      test(s"a trained run whose version has a $how $file is no success, and can be made again") {
        assert(sha256 != null)
        undone {
          damage(version.resolve(file))
          val ended = train()
          val starts = if (how == "missing") "Missing file: " else "Invalid file: "
          assertOneLine(ended.copy(err = ended.errLines.last), 1, s"${starts}file:$version/$file (")
          assert(
            ended.err.trim.endsWith(s"): remove file:$version, then jobs/train makes it again")
          )
          FileUtils.deleteDirectory(version.toFile)
          val again = train()
          assert(again.code == 0 && Workplace.json(again.out)("parameters_sha256") == sha256, again)
        }
      }

    test(s"a version with a $how manifest does not exist, and is made again") {
      assert(sha256 != null)
      undone {
        damage(version.resolve("manifest.json"))
        val ended = place.run(new EvaluateJob, "--conf", settings, "--run-id", "run")
        assertOneLine(ended, 2, "Missing version: run of orders (run jobs/train first)")
        val again = train()
        assert(again.code == 0 && Workplace.json(again.out)("parameters_sha256") == sha256, again)
      }
    }

    test(s"tables with a $how metadata or data file fail in a line, and change nothing") {
      assert(sha256 != null)
      undone {
        val newest = files("warehouse/metrics/epochs/metadata", ".metadata.json")
          .maxBy(_.getFileName.toString.filter(_.isDigit).toInt)
        val data = files("warehouse/metrics/epochs/data", ".parquet").head
        for (file <- Seq(data, newest)) {
          damage(file)
          val ended = place.run(
            new QueryJob,
            "select * from lockstep.metrics.epochs",
            "--store",
            place.store.toString
          )
          assertOneLine(ended, 1, "Failed to run query: ")
        }
        val stored = place.stored
        val ended = place.run(new TrainJob, "--conf", settings, "--run-id", "other")
        assertOneLine(ended, 1, "Cannot read metrics.epochs: ")
        assert(place.stored == stored)
      }
    }
  }
}
