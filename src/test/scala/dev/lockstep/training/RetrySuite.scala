package dev.lockstep.training

import dev.lockstep.checkpoint.{Checkpoint, Checkpoints, Progress}
import dev.lockstep.config.{InvalidConfigException, Task, TrainConfig, UpdaterConfig}
import dev.lockstep.metrics.{MetricsTables, WarehouseTables}
import dev.lockstep.network.Blueprint
import dev.lockstep.plan.SampleOrder
import dev.lockstep.storage.TemporaryStore
import dev.lockstep.training.round.Rounds
import dev.lockstep.training.shard.ShardedSet
import java.time.{Clock, Duration}
import java.util.{Map => JMap}
import org.apache.spark.sql.functions.udf
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._
import scala.collection.mutable.ArrayBuffer

/** Rounds that fail in Spark, for once or for ever: a partition's rows cannot be read when the
  * round asks for them.
  */
class RetrySuite extends AnyFunSuite with EngineFixture {
  private val data = problem(230, Task.BINARY)
  private val config = settings(updater(UpdaterConfig.Type.ADAM))
  private val blueprint = Blueprint.ofLayers(layers(0, 0, dense(6)), config, data.shape)
  private val order =
    new SampleOrder(data.rows.toLong, config.batchSize, config.shards, config.seed)

  /** The workers' data, whose first reads fail. */
  private def shards(workers: Int): ShardedSet = {
    val read = udf { features: Seq[Float] =>
      RetrySuite.beforeRead()
      features
    }
    val frame = data.frame
    val rows = frame.withColumn("features", read.asNondeterministic()(frame("features")))
    val none = new ShardedSet.Rows(data.frame.limit(0), 0L)
    ShardedSet.of(
      new ShardedSet.Rows(rows, data.rows.toLong),
      none,
      new ShardedSet.Layout(data.shape.features, config.shards, workers)
    )
  }

  /** Three workers, and after each failure one fewer. */
  private class Shrinking extends Cluster {
    private var set = shards(3)
    private var present = on(set)

    private def on(set: ShardedSet): Rounds = roundsOn(blueprint, data.shape, set)

    override def rounds(): Rounds = present

    override def afterFailure(): Rounds = {
      val fewer = present.workers - 1
      close()
      set = shards(fewer)
      present = on(set)
      present
    }

    def close(): Unit = set.close()
  }

  private class Heard extends TrainingListener {
    val lines = ArrayBuffer.empty[String]
    override def retrying(attempt: Int, reason: String): Unit = lines += s"$attempt: $reason"
    override def recovered(lost: Duration, workers: Int): Unit = {
      assert(!lost.isNegative && !lost.isZero)
      lines += s"recovered on $workers"
    }
  }

  private def train(heard: Heard)(check: (Checkpoint, MetricsTables) => Unit): Unit =
    TemporaryStore { (store, folder) =>
      val tables = WarehouseTables.open(folder.resolve("warehouse"))
      val cluster = new Shrinking
      try {
        val identity = new RunIdentity("run", "model", null, Task.BINARY)
        val trainer = new Trainer(
          config,
          order,
          cluster,
          new Checkpoint(blueprint, initial(blueprint), Progress.START),
          new TrainingTables(tables, identity, Clock.systemUTC),
          new Checkpoints(store, "run", JMap.of("config", "c"), 3),
          heard
        )
        check(trainer.train(), tables)
      } finally {
        cluster.close()
        RetrySuite.beforeRead = () => ()
      }
    }

  /** Fails the first `times` stages that read. */
  private def failing(times: Int, failure: => RuntimeException): Unit = {
    val stages = scala.collection.concurrent.TrieMap.empty[Int, Unit]
    RetrySuite.beforeRead = () => {
      val stage = org.apache.spark.TaskContext.get.stageId
      stages.synchronized {
        if (stages.contains(stage) || stages.size < times) {
          stages.put(stage, ())
          throw failure
        }
      }
    }
  }

  private lazy val undisturbed: String = {
    var sha256 = ""
    train(new Heard)((last, _) => sha256 = last.state.parametersSha256)
    sha256
  }

  private def workers(tables: MetricsTables): Seq[Int] =
    tables.epochs("run").asScala.map(_.workers.intValue)

  test("a round that fails twice is done on the workers that are left, to the same bits") {
    assert(undisturbed.nonEmpty)
    val heard = new Heard
    failing(2, new IllegalStateException("boom"))
    train(heard) { (last, tables) =>
      assert(last.state.parametersSha256 == undisturbed)
      assert(last.progress.stopReason == "all epochs")
      assert(workers(tables) == Seq(1, 1, 1)) // three epochs
      assert(tables.iterations("run").asScala.map(_.iteration) == (1 to 9))
    }
    assert(heard.lines.size == 3 && heard.lines.last == "recovered on 1", heard.lines)
    assert(heard.lines.take(2).zip(Seq("1: task ", "2: task ")).forall { case (line, starts) =>
      line.startsWith(starts) && line.contains("boom") && !line.contains("\n")
    })
  }

  test("a round that fails as often as it may ends the run with the reason in one line") {
    val heard = new Heard
    failing(3, new IllegalStateException("boom"))
    val ended = intercept[TrainingFailedException](train(heard)((_, _) => ()))
    assert(heard.lines.size == 2)
    assert(ended.getMessage.startsWith("Failed to train: ") && !ended.getMessage.contains("\n"))
    assert(ended.getMessage.contains("boom") && ended.getMessage.contains("attempt 3 of a round"))
  }

  test("what a retry cannot help is not tried again") {
    val heard = new Heard
    failing(3, new InvalidConfigException("Invalid x: y (must be z)"))
    val ended = intercept[IllegalStateException](train(heard)((_, _) => ()))
    assert(heard.lines.isEmpty && ended.getMessage.contains("Invalid x: y (must be z)"))
  }
}

object RetrySuite {

  /** Called for each row that is read, in the executor's threads of this process. */
  @volatile var beforeRead: () => Unit = () => ()
}
