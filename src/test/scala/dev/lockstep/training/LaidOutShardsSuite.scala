package dev.lockstep.training

import dev.lockstep.config.{Task, UpdaterConfig}
import dev.lockstep.network.Blueprint
import dev.lockstep.training.shard.ShardedSet
import org.apache.spark.SparkEnv
import org.apache.spark.sql.functions.udf
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.mutable.ArrayBuffer

/** What lies on the workers when a round begins: all of it, whatever was lost before. */
class LaidOutShardsSuite extends AnyFunSuite with EngineFixture {
  private val data = problem(60, Task.BINARY)
  private val blueprint = Blueprint.ofLayers(
    layers(0, 0, dense(3)),
    settings(updater(UpdaterConfig.Type.SGD)),
    data.shape
  )

  private def set(workers: Int): ShardedSet = {
    val read = udf { features: Seq[Float] =>
      LaidOutShardsSuite.beforeRead()
      features
    }
    val frame = data.frame
    val rows = frame.withColumn("features", read.asNondeterministic()(frame("features")))
    ShardedSet.of(
      new ShardedSet.Rows(rows, data.rows.toLong),
      new ShardedSet.Rows(data.frame.limit(0), 0L),
      new ShardedSet.Layout(data.shape.features, 4, workers)
    )
  }

  private def blocks = SparkEnv.get.blockManager.master

  /** Partitions that Spark holds. */
  private def there(set: ShardedSet): Int =
    blocks.getMatchingBlockIds(_.asRDDId.exists(_.rddId == set.rdd.id), true).size

  private def cluster(shards: LaidOutShards): Cluster =
    shards.cluster(roundsOn(blueprint, data.shape, _))

  test("what was lost is read again before the next attempt's round, not in it") {
    val shards = new LaidOutShards(3, _ => 3, set)
    try {
      val first = shards.data
      assert(there(first) == 3)
      blocks.removeRdd(first.rdd.id, blocking = true) // as with their executors
      assert(there(first) == 0)
      assert(cluster(shards).afterFailure().workers == 3)
      assert((shards.data eq first) && there(first) == 3)
    } finally shards.close()
  }

  test("a new layout that could not be read is read by the next attempt") {
    val asked = ArrayBuffer.empty[Int]
    val left = Iterator(2, 2, 3)
    val shards = new LaidOutShards(3, wanted => { asked += wanted; left.next() }, set)
    try {
      LaidOutShardsSuite.beforeRead = () => throw new IllegalStateException("boom")
      val failure = intercept[Exception](cluster(shards).afterFailure())
      assert(failure.getMessage.contains("boom"))
      LaidOutShardsSuite.beforeRead = () => ()
      assert(cluster(shards).afterFailure().workers == 2)
      assert(there(shards.data) == 2)
      // Executors that come back are used again.
      assert(cluster(shards).afterFailure().workers == 3 && there(shards.data) == 3)
      assert(asked == Seq(3, 3, 3))
    } finally {
      LaidOutShardsSuite.beforeRead = () => ()
      shards.close()
    }
  }

  test("shards that cannot be read at all leave nothing behind") {
    val made = ArrayBuffer.empty[ShardedSet]
    LaidOutShardsSuite.beforeRead = () => throw new IllegalStateException("boom")
    try {
      assertThrows[Exception](
        new LaidOutShards(2, _ => 2, count => { made += set(count); made.last })
      )
      assert(!spark.sparkContext.getPersistentRDDs.contains(made.head.rdd.id))
    } finally LaidOutShardsSuite.beforeRead = () => ()
  }
}

object LaidOutShardsSuite {

  /** Called for each row that is read, in the executor's threads of this process. */
  @volatile var beforeRead: () => Unit = () => ()
}
