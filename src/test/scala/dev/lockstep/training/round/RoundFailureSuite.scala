package dev.lockstep.training.round

import dev.lockstep.config.{Task, UpdaterConfig}
import dev.lockstep.network.Blueprint
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.EngineFixture
import dev.lockstep.training.allreduce.WorkerFailedException
import dev.lockstep.training.shard.ShardedSet
import java.util.concurrent.TimeUnit
import org.scalatest.funsuite.AnyFunSuite

/** A round whose worker fails, on Spark. */
class RoundFailureSuite extends AnyFunSuite with EngineFixture {
  test("a worker that throws ends the round within seconds, and the driver says which and why") {
    val data = problem(300, Task.BINARY)
    val train = settings(updater(UpdaterConfig.Type.SGD))
    val blueprint = Blueprint.ofLayers(layers(0, 0, dense(4)), train, data.shape)
    // One row more is promised than there are: the shard that it would be in is another worker's than the first's.
    val rows = new ShardedSet.Rows(data.frame, 303L)
    val none = new ShardedSet.Rows(data.frame.limit(0), 0L)
    val layout = new ShardedSet.Layout(data.shape.features, 4, 3)
    val sharded = ShardedSet.of(rows, none, layout)
    val order = new SampleOrder(303, 100, 4, 7)
    try {
      val started = System.nanoTime()
      val failure = intercept[WorkerFailedException] {
        roundsOn(blueprint, data.shape, sharded).run(
          new Round(0, 0, 4, order),
          initial(blueprint),
          (_, _) => ()
        )
      }
      assert(System.nanoTime() - started < TimeUnit.SECONDS.toNanos(20))
      assert(
        failure.getMessage.startsWith(
          s"Failed to run round: worker ${failure.worker} on ${failure.host}: "
        )
      )
      assert(failure.reason.contains("Invalid prepared rows: shard "), failure.reason)
      assert(failure.getCause.isInstanceOf[org.apache.spark.SparkException])
    } finally sharded.close()
  }
}
