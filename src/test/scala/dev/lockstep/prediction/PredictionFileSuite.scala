package dev.lockstep.prediction

import java.nio.file.{Files, Path}
import java.time.LocalDate
import java.util.Optional
import java.util.concurrent.TimeUnit.MINUTES
import java.util.concurrent.atomic.AtomicBoolean
import java.util.{Map => JMap}

import scala.collection.mutable.ArrayBuffer
import scala.util.Try

import dev.lockstep.SharedSpark
import dev.lockstep.storage.{FlatFileSystem, Store, StoreException, TemporaryStore}
import org.apache.commons.io.FileUtils
import org.apache.spark.sql.{DataFrame, functions => f}
import org.scalatest.funsuite.AnyFunSuite

class PredictionFileSuite extends AnyFunSuite with SharedSpark {
  private val day = Optional.of(LocalDate.parse("2024-01-05"))

  /** Rows 0 to n - 1 by a version, in several parts; every seventh without a prediction. */
  private def rows(n: Int, version: String): DataFrame =
    spark
      .range(0, n, 1, 3)
      .selectExpr(
        "id",
        "if(id % 7 = 0, null, cast(id % 2 as int)) as prediction",
        s"'$version' as version"
      )

  private def read(folder: Path): DataFrame =
    spark.read.parquet(folder.resolve("predictions/m").toString)

  private def file(store: Store) = PredictionFile.of(store, "m", day)

  test("what is written is one file, that Spark reads with the date, and that tells its facts") {
    TemporaryStore { (store, folder) =>
      assert(!file(store).read().isPresent)
      val written = file(store).replace(rows(100, "v1"), JMap.of("version", "v1")).get
      assert(written == new PredictionFile.Content(100, 15, JMap.of("version", "v1")))
      assert(file(store).read().get == written)
      PredictionFile.of(store, "m", Optional.empty()).replace(rows(3, "v0"), JMap.of())
      val found = read(folder)
      assert(found.columns.toSeq == Seq("id", "prediction", "version", "date"))
      val dated = found.where("date = '2024-01-05'")
      assert(dated.drop("date").collect().toSet == rows(100, "v1").collect().toSet)
      assert(found.where("date is null and version = 'v0'").count() == 3)
      val home = folder.resolve("predictions/m")
      assert(home.resolve("date=2024-01-05").toFile.list().toSeq == Seq("predictions.parquet"))
      assert(home.toFile.list().toSet == Set("date=2024-01-05", "date=__HIVE_DEFAULT_PARTITION__"))
    }
  }

  test("no rows change nothing") {
    TemporaryStore { (store, folder) =>
      assert(!file(store).replace(rows(0, "v1"), JMap.of()).isPresent)
      assert(!file(store).read().isPresent)
      file(store).replace(rows(10, "v1"), JMap.of())
      assert(!file(store).replace(rows(0, "v2"), JMap.of()).isPresent)
      assert(read(folder).where("version = 'v1'").count() == 10)
    }
  }

  test("a failure in the middle of the rows leaves the old ones, and nothing else") {
    TemporaryStore { (store, folder) =>
      file(store).replace(rows(10, "v1"), JMap.of())
      val failing = rows(1000, "v2").selectExpr("assert_true(id < 900) as x", "*")
      assertThrows[Exception](file(store).replace(failing, JMap.of()))
      assert(
        read(folder).select("version").distinct().collect().map(_.getString(0)).toSeq == Seq("v1")
      )
      assert(folder.resolve("predictions/m").toFile.list().toSeq == Seq("date=2024-01-05"))
    }
  }

  test("readers meanwhile see the old rows or the new ones, never both, none or a part") {
    TemporaryStore { (store, folder) =>
      file(store).replace(rows(100, "v0"), JMap.of())
      val done = new AtomicBoolean
      val seen = ArrayBuffer.empty[Seq[(String, Long)]]
      val reader = new Thread(() =>
        while (!done.get) {
          // A reader between the two openings of one file may fail, and tries again.
          Try(read(folder).groupBy("version").count().collect()).foreach { counts =>
            seen += counts.map(row => (row.getString(0), row.getLong(1))).toSeq
          }
        }
      )
      reader.start()
      try for (round <- 1 to 8) file(store).replace(rows(100 + round, s"v$round"), JMap.of())
      finally {
        done.set(true)
        reader.join()
      }
      assert(seen.nonEmpty)
      for (counts <- seen) {
        assert(counts.size == 1, seen)
        assert(counts.head._2 == 100 + counts.head._1.drop(1).toInt)
      }
    }
  }

  test("on a store whose rename copies, the new file takes the old one's place as well") {
    TemporaryStore { (_, folder) =>
      spark.sparkContext.hadoopConfiguration.addResource(FlatFileSystem.configuration)
      val store = Store.open(s"flat://$folder", FlatFileSystem.configuration)
      file(store).replace(rows(100, "v1"), JMap.of("version", "v1"))
      file(store).replace(rows(20, "v2"), JMap.of("version", "v2"))
      assert(file(store).read().get == new PredictionFile.Content(20, 3, JMap.of("version", "v2")))
      assert(read(folder).where("version = 'v2'").count() == 20)
      assert(folder.resolve("predictions/m").toFile.list().toSeq == Seq("date=2024-01-05"))
    }
  }

  private def home(folder: Path): Path = folder.resolve("predictions/m/date=2024-01-05")

  private def flipped(bytes: Array[Byte], place: Int): Array[Byte] =
    bytes.updated(place, (bytes(place) ^ 4).toByte)

  test("damage anywhere in the file is noticed: it counts as none, with a line, and is replaced") {
    TemporaryStore { (store, folder) =>
      file(store).replace(rows(100, "v1"), JMap.of("version", "v1"))
      val path = home(folder).resolve("predictions.parquet")
      val whole = Files.readAllBytes(path)
      val places = whole.indices.by(97) ++ whole.indices.takeRight(9)
      for (
        bytes <- places.map(flipped(whole, _)) ++ Seq(0, 7, 50, whole.length - 1)
          .map(n => whole.take(n))
      ) {
        Files.write(path, bytes)
        val notices = ArrayBuffer.empty[String]
        assert(!file(store).readWhole(line => notices += line).isPresent)
        assert(notices.size == 1 && notices.head.startsWith(s"Invalid file: file:$path ("), notices)
        assertThrows[StoreException](file(store).read())
      }
      file(store).replace(rows(100, "v1"), JMap.of("version", "v1"))
      val notices = ArrayBuffer.empty[String]
      assert(file(store).readWhole(line => notices += line).get.rows == 100 && notices.isEmpty)
      Files.delete(path)
      assert(!file(store).readWhole(line => notices += line).isPresent && notices.isEmpty)
    }
  }

  test("a file without a checksum of its own is not trusted") {
    TemporaryStore { (store, folder) =>
      Files.createDirectories(home(folder))
      rows(10, "v1").coalesce(1).write.parquet(folder.resolve("plain").toString)
      val part = folder.resolve("plain").toFile.listFiles.find(_.getName.endsWith(".parquet")).get
      Files.copy(part.toPath, home(folder).resolve("predictions.parquet"))
      val broken = intercept[StoreException](file(store).read())
      assert(broken.getMessage.endsWith("(its footer has no SHA-256)"))
    }
  }

  test("parts that somebody removes meanwhile are missed: the old file stays") {
    TemporaryStore { (store, folder) =>
      file(store).replace(rows(10, "v1"), JMap.of())
      val model = home(folder).getParent.toString
      val sweep = f.udf { id: Long =>
        if (id == 99) PredictionFileSuite.removeWrittenPart(model)
        id
      }
      val swept = rows(100, "v2").withColumn("id", sweep.asNondeterministic()(f.col("id")))
      val failed = intercept[StoreException](file(store).replace(swept, JMap.of()))
      // Parts of 33, 33 and 34 rows.
      assert(failed.getMessage.startsWith(s"Failed to write: file:${home(folder)} (67 of 100 rows"))
      assert(file(store).read().get.rows == 10)
      assert(Path.of(model).toFile.list().toSeq == Seq("date=2024-01-05"))
    }
  }

  test("a broken file is one line that names it") {
    TemporaryStore { (store, folder) =>
      file(store).replace(rows(100, "v1"), JMap.of())
      val path = folder.resolve("predictions/m/date=2024-01-05/predictions.parquet")
      Files.write(path, Files.readAllBytes(path).take(50))
      val broken = intercept[StoreException](file(store).read())
      assert(broken.getMessage.startsWith(s"Cannot read: file:$path ("))
      assert(!broken.getMessage.contains("\n"))
      file(store).replace(rows(5, "v2"), JMap.of())
      assert(file(store).read().get.rows == 5)
    }
  }
}

object PredictionFileSuite {

  /** In the task of the last of three parts: what another scorer's sweep can do to the others. */
  private def removeWrittenPart(model: String): Unit = {
    val unfinished = Path.of(model).toFile.listFiles.filter(_.getName.startsWith(".date="))
    val tasks = unfinished.head.toPath.resolve("parts/_temporary/0").toFile
    def written = tasks.listFiles.filter(_.getName.startsWith("task_"))
    val limit = System.nanoTime() + MINUTES.toNanos(1)
    while (written.length < 2 && System.nanoTime() < limit) Thread.`yield`()
    FileUtils.deleteDirectory(written.head)
  }
}
