package dev.lockstep.checkpoint

import dev.lockstep.config.Task
import dev.lockstep.network.{Blueprint, NetworkShape, NetworkState}
import dev.lockstep.storage.{GatedFileSystem, Store, StoreException}
import dev.lockstep.training.EngineFixture
import java.nio.file.{Files, Path, Paths}
import java.util.{Map => JMap}
import org.apache.hadoop.conf.Configuration
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._
import scala.collection.mutable.ArrayBuffer

class CheckpointsSuite extends AnyFunSuite with EngineFixture {
  private val shape = new NetworkShape(Task.BINARY, 4, 2)
  private val blueprint = Blueprint.ofLayers(
    layers(0, 0, dense(3)),
    settings(updater(dev.lockstep.config.UpdaterConfig.Type.ADAM)),
    shape
  )
  private val identity = JMap.of("config", "c1", "data", "d1")

  private def checkpoint(iteration: Int, best: Int = 1): Checkpoint = {
    val start = initial(blueprint)
    val state = new NetworkState(
      start.parameters.map(_ + iteration),
      start.updaterState.zipWithIndex.map { case (_, k) => k / 7f + iteration },
      iteration,
      iteration / 10
    )
    val totals = new EpochTotals(
      3,
      30,
      1.5,
      20,
      0.25,
      0.01,
      new EpochTotals.Noise(0.1, 7.5),
      EpochTotals.ZERO.nanos
    )
    val progress = new Progress(3, totals, new Progress.Best(1, best, 0.125), 2, null)
    new Checkpoint(blueprint, state, progress)
  }

  private def withCheckpoints(keep: Int)(body: (Checkpoints, Path) => Unit): Unit = {
    val folder = Files.createTempDirectory("lockstep-checkpoints-")
    try {
      val store = Store.open(folder.toString, new Configuration())
      body(new Checkpoints(store, "run", identity, keep), folder.resolve("checkpoints/run"))
    } finally org.apache.hadoop.fs.FileUtil.fullyDelete(folder.toFile)
  }

  private def latest(checkpoints: Checkpoints): (Option[Checkpoint], Seq[String]) = {
    val warnings = ArrayBuffer.empty[String]
    val found = checkpoints.latest(line => warnings += line)
    (Option(found.orElse(null)), warnings)
  }

  private def flipByte(file: Path): Unit = {
    val bytes = Files.readAllBytes(file)
    bytes(bytes.length / 2) = (bytes(bytes.length / 2) ^ 1).toByte
    Files.write(file, bytes)
  }

  test("what is read is what was written, to the bit") {
    withCheckpoints(3) { (checkpoints, _) =>
      val written = checkpoint(10)
      checkpoints.write(written)
      val read = latest(checkpoints)._1.get
      assert(read.state.parametersSha256 == written.state.parametersSha256)
      assert(read.state.updaterStateSha256 == written.state.updaterStateSha256)
      assert(read.state.iteration == 10 && read.state.epoch == 1)
      assert(read.progress == written.progress)
    }
  }

  test("plain DL4J opens network.zip, updater included") {
    withCheckpoints(3) { (checkpoints, folder) =>
      val written = checkpoint(10)
      checkpoints.write(written)
      val network = MultiLayerNetwork.load(folder.resolve("10/network.zip").toFile, true)
      assert(vector(network.params()).toSeq == written.state.parameters.toSeq)
      val updaterState = vector(network.getUpdater.getStateViewArray)
      assert(updaterState.toSeq == written.state.updaterState.toSeq)
    }
  }

  test("the newest and the best are kept, the others go") {
    withCheckpoints(2) { (checkpoints, folder) =>
      (10 to 50 by 10).foreach(iteration => checkpoints.write(checkpoint(iteration, best = 20)))
      val names = Files.list(folder).iterator.asScala.map(_.getFileName.toString)
      assert(names.filterNot(_.startsWith(".")).toSet == Set("20", "40", "50"))
    }
  }

  for (file <- Seq("network.zip", "state.json"))
    test(s"with a flipped byte in $file the one before is used, and a line says so") {
      withCheckpoints(3) { (checkpoints, folder) =>
        checkpoints.write(checkpoint(10))
        checkpoints.write(checkpoint(20))
        flipByte(folder.resolve(s"20/$file"))
        val (found, warnings) = latest(checkpoints)
        assert(found.map(_.state.iteration).contains(10))
        assert(warnings.size == 1 && warnings.head.startsWith("Invalid checkpoint: "), warnings)
        assert(warnings.head.contains(file) && warnings.head.endsWith("using the one before it"))
        checkpoints.write(checkpoint(20)) // the run comes there again
        assert(latest(checkpoints)._1.map(_.state.iteration).contains(20))
      }
    }

  for (file <- Seq("network.zip", "state.json", "manifest.json"))
    test(s"a $file that cannot be read for a moment is no damage, and nothing is removed") {
      withCheckpoints(1) { (checkpoints, folder) =>
        checkpoints.write(checkpoint(10, best = 10))
        checkpoints.write(checkpoint(20, best = 10))
        val hadoop = new Configuration()
        hadoop.set("fs.file.impl", classOf[GatedFileSystem].getName)
        hadoop.set("fs.file.impl.disable.cache", "true")
        val store = Store.open(Paths.get(folder.toString, "../..").normalize.toString, hadoop)
        val gated = new Checkpoints(store, "run", identity, 1)
        for (iteration <- Seq(10, 20))
          try {
            GatedFileSystem.failOnce(s"/$iteration/$file")
            val error = intercept[StoreException](latest(gated)).getMessage
            assert(error.startsWith("Cannot read: ") && error.endsWith(" (read timed out)"), error)
            val (found, warnings) = latest(gated)
            assert(found.map(_.state.iteration).contains(20) && warnings.isEmpty)
          } finally GatedFileSystem.reset()
        if (file != "network.zip")
          try {
            GatedFileSystem.failOnce(s"/20/$file")
            val surplus = new CheckpointFolder(store, "run")
            assert(intercept[StoreException](surplus.surplus(1)).getMessage.contains("timed out"))
            assert(surplus.surplus(1).isEmpty)
          } finally GatedFileSystem.reset()
      }
    }

  test("a directory without a manifest does not exist") {
    withCheckpoints(3) { (checkpoints, folder) =>
      checkpoints.write(checkpoint(10))
      checkpoints.write(checkpoint(20))
      Files.delete(folder.resolve("20/manifest.json"))
      assert(latest(checkpoints)._1.map(_.state.iteration).contains(10))
    }
  }

  test("checkpoints of another config or other data are not continued from") {
    withCheckpoints(3) { (checkpoints, folder) =>
      checkpoints.write(checkpoint(10))
      val store = Store.open(Paths.get(folder.toString, "../..").toString, new Configuration())
      val other = new Checkpoints(store, "run", JMap.of("config", "c2", "data", "d1"), 3)
      val error = intercept[StoreException](latest(other))
      assert(error.getMessage.contains("another config"), error.getMessage)
    }
  }

  test("a new run has none") {
    withCheckpoints(3)((checkpoints, _) => assert(latest(checkpoints) == ((None, Seq.empty))))
  }
}
