package dev.lockstep.training

import dev.lockstep.checkpoint.{Checkpoint, Checkpoints, EpochTotals, Progress}
import dev.lockstep.config.{Task, UpdaterConfig}
import dev.lockstep.metrics.{MetricsTables, WarehouseTables}
import dev.lockstep.network.{Blueprint, NetworkShape, NetworkState}
import dev.lockstep.storage.{GatedFileSystem, Store, StoreException}
import dev.lockstep.training.replica.StepClock
import dev.lockstep.training.round.{GradientNoise, RoundResult}
import java.nio.file.{Files, Path}
import java.time.Clock
import java.util.concurrent.{CountDownLatch, TimeUnit}
import java.util.{Map => JMap, Optional, OptionalDouble}
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.FileUtil
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._

/** The order in which a round becomes durable, seen on a disk that stops when it is told to. */
class RoundLogSuite extends AnyFunSuite with EngineFixture {
  private val blueprint = Blueprint.ofLayers(
    layers(0, 0, dense(3)),
    settings(updater(UpdaterConfig.Type.ADAM)),
    new NetworkShape(Task.BINARY, 4, 2)
  )

  private class Place(val folder: Path, val tables: MetricsTables, hadoop: Configuration) {
    val checkpoints =
      new Checkpoints(Store.open(folder.toString, hadoop), "run", JMap.of("config", "c"), 3)
    val log = new RoundLog(
      new TrainingTables(
        tables,
        new RunIdentity("run", "model", null, Task.BINARY),
        Clock.systemUTC
      ),
      checkpoints
    )

    def rows: Seq[Int] = tables.iterations("run").asScala.map(_.iteration)

    def latest: Option[Int] =
      Option(checkpoints.latest(_ => ()).orElse(null)).map(_.state.iteration)
  }

  private def withPlace(body: Place => Unit): Unit = {
    val folder = Files.createTempDirectory("lockstep-log-")
    val hadoop = new Configuration()
    hadoop.set("fs.file.impl", classOf[GatedFileSystem].getName)
    hadoop.set("fs.file.impl.disable.cache", "true")
    try body(new Place(folder, WarehouseTables.open(folder.resolve("warehouse")), hadoop))
    finally {
      GatedFileSystem.beforeCreate = _ => ()
      FileUtil.fullyDelete(folder.toFile)
    }
  }

  /** A round of one update, with a checkpoint. */
  private def entry(iteration: Int): RoundLog.Entry = {
    val start = initial(blueprint)
    val state = new NetworkState(start.parameters, start.updaterState, iteration, 0)
    val seen = new RoundResult.Iteration(
      1,
      iteration,
      10,
      0.5,
      4,
      0.01,
      1,
      0.1,
      new GradientNoise(1, 2),
      1000,
      100
    )
    val result = new RoundResult(
      state,
      List(seen).asJava,
      new RoundResult.Score(OptionalDouble.empty(), 0, 0),
      StepClock.Times.ZERO,
      2,
      1000
    )
    val progress = new Progress(iteration, EpochTotals.ZERO, null, 0, null)
    new RoundLog.Entry(
      result,
      Optional.empty(),
      Optional.of(new Checkpoint(blueprint, state, progress))
    )
  }

  test("an entry is written while its caller goes on, rows before the checkpoint, one at a time") {
    withPlace { place =>
      val arrived = new CountDownLatch(1)
      val gate = new CountDownLatch(1)
      GatedFileSystem.beforeCreate = path =>
        if (path.toString.matches(".*/\\.1\\.[^/]*/state.json")) {
          arrived.countDown()
          gate.await()
        }
      place.log.append(entry(1)) // returns although its checkpoint waits at the gate
      assert(arrived.await(1, TimeUnit.MINUTES))
      assert(place.rows == Seq(1))

      val second = new Thread(() => place.log.append(entry(2)))
      second.start()
      while (second.getState == Thread.State.NEW || second.getState == Thread.State.RUNNABLE)
        Thread.onSpinWait()
      assert(second.isAlive && place.rows == Seq(1)) // waits for the first one's end

      gate.countDown()
      second.join()
      assert(place.latest.exists(_ >= 1))
      place.log.close()
      assert(place.rows == Seq(1, 2) && place.latest.contains(2))
    }
  }

  test("a failed write is thrown at the next entry with its own message, and leaves nothing half") {
    withPlace { place =>
      place.log.append(entry(1))
      place.log.flush()
      GatedFileSystem.beforeCreate =
        path => if (path.getName == "state.json") throw new java.io.IOException("disk full")
      place.log.append(entry(2))
      val thrown = intercept[StoreException](place.log.append(entry(3)))
      assert(thrown.getMessage.contains("disk full"), thrown.getMessage)
      place.log.close() // said once
      val left = Files.list(place.folder.resolve("checkpoints/run")).iterator.asScala
      assert(left.map(_.getFileName.toString).toSeq == Seq("1"))
      assert(place.rows == Seq(1, 2)) // a rerun discards what no checkpoint stands for
    }
  }

  test("an error is as good as an exception, and an interrupt does not cut a write short") {
    withPlace { place =>
      GatedFileSystem.beforeCreate = _ => throw new OutOfMemoryError("heap")
      place.log.append(entry(1))
      assert(intercept[OutOfMemoryError](place.log.flush()).getMessage == "heap")

      GatedFileSystem.beforeCreate = _ => ()
      place.log.append(entry(2))
      Thread.currentThread().interrupt()
      place.log.flush()
      assert(Thread.interrupted() && place.latest.contains(2))
      place.log.close()
    }
  }
}
