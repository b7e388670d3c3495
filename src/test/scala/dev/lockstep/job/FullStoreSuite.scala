package dev.lockstep.job

import java.io.IOException
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.{EpochRow, IterationRow}
import dev.lockstep.storage.GatedFileSystem
import org.scalatest.funsuite.AnyFunSuite

/** Stores on a disk of their own that fills up, or that nobody may write to. */
class FullStoreSuite extends AnyFunSuite with SharedSpark {
  private val remedy = "(no space left on device: free some and run again)"

  /** A workplace whose store is a small disk. */
  private def onDisk(body: Workplace => Unit): Unit = {
    assume(System.getProperty("os.name") == "Linux", "tmpfs is Linux's")
    val place = new Workplace(spark)
    try {
      Files.createDirectories(place.store)
      assume(mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", place.store.toString), "needs root")
      try {
        place.write("orders", place.orders(500))
        body(place)
      } finally ran("umount", "-l", place.store.toString)
    } finally place.delete()
  }

  private def mount(arguments: String*): Boolean = ran("mount" +: arguments: _*)

  private def ran(command: String*): Boolean =
    try new ProcessBuilder(command: _*).start().waitFor() == 0
    catch { case _: IOException => false }

  private def settings(place: Workplace): String = place.settings(
    "train { epochs = 3, batch-size = 16, shards = 5, workers = 2, checkpoint-every = 4 iterations }"
  )

  private def train(place: Workplace, runId: String): Ended =
    place.run(new TrainJob, "--conf", settings(place), "--run-id", runId)

  private def epochs(place: Workplace, runId: String): Seq[Seq[Any]] =
    place.tables.epochs(runId).asScala.toSeq.map { (row: EpochRow) =>
      Seq(row.epoch, row.split, row.iterations, row.samples, row.loss, row.gradientNorm)
    }

  private def iterations(place: Workplace, runId: String): Seq[Seq[Any]] =
    place.tables.iterations(runId).asScala.toSeq.map { (row: IterationRow) =>
      Seq(row.epoch, row.iteration, row.samples, row.loss, row.gradientNorm, row.updateNorm)
    }

  /** Writes until the disk takes no more. */
  private def fill(file: Path): Unit = {
    val out = Files.newOutputStream(file)
    try {
      val block = new Array[Byte](1 << 16)
      while (true) out.write(block)
    } catch { case _: IOException => () }
    finally out.close()
    val rest = Files.newOutputStream(Files.createFile(file.resolveSibling("rest")))
    try while (true) rest.write(0)
    catch { case _: IOException => () }
    finally rest.close()
  }

  /** A training that nothing disturbed: its hash, and its rows. */
  private lazy val undisturbed = {
    val place = new Workplace(spark)
    try {
      place.write("orders", place.orders(500))
      val ended = train(place, "undisturbed")
      assert(ended.code == 0, ended)
      val hash = Workplace.json(ended.out)("parameters_sha256")
      (hash, epochs(place, "undisturbed"), iterations(place, "undisturbed"))
    } finally place.delete()
  }

  /** The last line on stderr, behind what was told before; no stack trace among them. */
  private def lastLine(ended: Ended): String = {
    assert(
      ended.code == 1 && ended.out.isEmpty && !ended.errLines.exists(_.startsWith("\tat ")),
      ended
    )
    ended.errLines.last
  }

  // What is about to be written when the disk is full.
  private val moments = Seq(
    "a checkpoint" -> "/checkpoints/full/\\.24\\.[^/]*/network\\.zip",
    "the rows of a round" -> "/warehouse/metrics/iterations/data/run_id=full/[^/]*",
    "a table's metadata" -> "/warehouse/metrics/epochs/metadata/[^/]*\\.json",
    "the version" -> "/models/orders/\\.full\\.[^/]*/network\\.zip"
  )

  for ((what, pattern) <- moments)
    test(
      s"a disk that is full when $what is written ends a training in a line, and a rerun ends it"
    ) {
      onDisk { place =>
        val (hash, wholeEpochs, wholeIterations) = undisturbed
        val prepared = place.run(new PrepareJob, "--conf", settings(place), "--run-id", "full")
        assert(prepared.code == 0, prepared)
        val filler = place.store.resolve("filler")
        GatedSpark(spark) {
          GatedFileSystem.beforeCreate = path =>
            if (path.toUri.getPath.matches(s".*$pattern") && !Files.exists(filler)) fill(filler)
          val ended = train(place, "full")
          assert(Files.exists(filler))
          val line = lastLine(ended)
          assert(line.endsWith(remedy) && line.contains(s" file:${place.store}/"), ended)
        }
        Files.delete(filler)
        Files.delete(place.store.resolve("rest"))
        val again = train(place, "full")
        assert(again.code == 0, again)
        assert(Workplace.json(again.out)("parameters_sha256") == hash)
        assert(epochs(place, "full") == wholeEpochs)
        assert(iterations(place, "full") == wholeIterations)
        assert(!place.stored.exists(_._1.contains("/.")))
      }
    }

  test("a disk that is full when data are prepared ends in a line, and leaves nothing half") {
    onDisk { place =>
      val filler = place.store.resolve("filler")
      GatedSpark(spark) {
        GatedFileSystem.beforeCreate = path =>
          if (path.toUri.getPath.matches(".*/\\.full\\..*\\.parquet") && !Files.exists(filler))
            fill(filler)
        val ended = place.run(new PrepareJob, "--conf", settings(place), "--run-id", "full")
        assert(Files.exists(filler))
        assert(
          lastLine(ended).contains(" no space left on device: free some and run again ("),
          ended
        )
      }
      Seq("filler", "rest").foreach(name => Files.delete(place.store.resolve(name)))
      assert(!place.stored.exists(_._1.matches("prepared/.+")))
      val again = place.run(new PrepareJob, "--conf", settings(place), "--run-id", "full")
      assert(again.code == 0, again)
    }
  }

  test("a disk without any room is refused before any work, and nothing is left on it") {
    onDisk { place =>
      fill(place.store.resolve("filler"))
      val before = place.stored
      val ended = train(place, "full")
      assert(ended.code == 1 && ended.out.isEmpty && ended.errLines.size == 1, ended)
      assert(ended.err.trim == s"Cannot write store: file:${place.store} $remedy")
      assert(place.stored == before)
    }
  }

  test("a store that is read-only is refused before any work, in a line") {
    onDisk { place =>
      val prepared = place.run(new PrepareJob, "--conf", settings(place), "--run-id", "full")
      assert(prepared.code == 0, prepared)
      assert(mount("-o", "remount,ro", place.store.toString))
      val before = place.stored
      for (job <- Seq(new PrepareJob, new TrainJob)) {
        val ended = place.run(job, "--conf", settings(place), "--run-id", "other")
        assert(ended.code == 1 && ended.out.isEmpty, ended)
        assert(
          ended.err.trim == s"Cannot write store: file:${place.store} (read-only file system)"
        )
      }
      assert(place.stored == before)
    }
  }
}
