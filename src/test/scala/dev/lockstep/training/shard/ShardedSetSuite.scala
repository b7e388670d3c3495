package dev.lockstep.training.shard

import java.nio.FloatBuffer
import java.nio.file.{Files, Path}

import scala.collection.JavaConverters._

import dev.lockstep.SharedSpark
import org.apache.spark.{SparkConf, SparkException}
import org.apache.spark.serializer.{JavaSerializer, KryoSerializer, Serializer}
import org.apache.spark.sql.DataFrame
import org.scalatest.funsuite.AnyFunSuite

class ShardedSetSuite extends AnyFunSuite with SharedSpark {
  private val width = 3

  private def features(id: Long): Array[Float] = Array.tabulate(width)(k => id * 10f + k)

  private def label(id: Long): Double = id * 0.5

  private def frame(ids: Seq[Long]): DataFrame = {
    val session = spark
    import session.implicits._
    ids.map(id => (id, features(id), label(id))).toDF("row_id", "features", "label").repartition(3)
  }

  private def rows(ids: Seq[Long], count: Long) = new ShardedSet.Rows(frame(ids), count)

  private def load[T](
      training: ShardedSet.Rows,
      validation: ShardedSet.Rows,
      shards: Int,
      workers: Int
  )(use: ShardedSet => T): T = {
    val set =
      ShardedSet.of(training, validation, new ShardedSet.Layout(width, shards, workers))
    try {
      set.load()
      use(set)
    } finally set.close()
  }

  private def expected(ids: Seq[Long]) = ids.map(id => (id, features(id).toSeq, label(id)))

  test("each row is once in its shard, in its place, on the shard's worker") {
    val ids = 0L until 1009L
    val held = 0L until 5L
    for (workers <- Seq(1, 3, 7))
      load(rows(ids, 1009), rows(held, 5), 7, workers) { set =>
        val partitions =
          set.rdd.rdd.mapPartitions(pairs => Iterator(pairs.map(Seen.of(_, 7)).toList)).collect()
        assert(partitions.length == workers)
        val pairs = partitions.toSeq.flatten
        assert(pairs.map(_.shard) == (0 until 7))
        assert(partitions.forall(p => math.abs(p.size - 7.0 / workers) < 1))
        assert(pairs.flatMap(_.training).sortBy(_._1) == expected(ids))
        assert(pairs.flatMap(_.validation).sortBy(_._1) == expected(held))
      }
  }

  private val none = Seq.empty[Long]

  private val refused = Seq(
    ("a missing row", Seq(0L, 1L, 2L, 4L), 5L, "shard 1 has 1 samples (must be 2: row_id must"),
    ("a doubled row", Seq(0L, 1L, 1L, 3L), 4L, "row_id 1 is there twice"),
    ("a row too many", Seq(0L, 1L, 2L), 2L, "there is row_id 2 (must be below 2)"),
    ("a negative row_id", Seq(-1L, 1L), 2L, "there is row_id -1 (must be below 2)")
  )

  for ((what, ids, count, message) <- refused)
    test(s"$what is refused") {
      val thrown = intercept[SparkException](load(rows(ids, count), rows(none, 0), 2, 1)(_ => ()))
      assert(thrown.getMessage.contains("Invalid prepared rows: " + message), thrown.getMessage)
    }

  test("a row of another width, or with a null, is refused") {
    val session = spark
    import session.implicits._
    val values = Seq(Array[java.lang.Float](1f, 2f) -> "row_id 0 has 2 features (must be 3)") :+
      (Array[java.lang.Float](1f, null, 3f) -> "row_id 0 has a null feature")
    for ((features, message) <- values) {
      val frame = Seq((0L, features, 0.0)).toDF("row_id", "features", "label")
      val thrown = intercept[SparkException] {
        load(new ShardedSet.Rows(frame, 1), rows(none, 0), 1, 1)(_ => ())
      }
      assert(thrown.getMessage.contains(message), thrown.getMessage)
    }
  }

  test("a row without a label is refused") {
    val session = spark
    import session.implicits._
    val frame = Seq((0L, features(0), Option.empty[Double])).toDF("row_id", "features", "label")
    val thrown = intercept[SparkException] {
      load(new ShardedSet.Rows(frame, 1), rows(none, 0), 1, 1)(_ => ())
    }
    assert(thrown.getMessage.contains("row_id 0 has a null label (must be a number)"))
  }

  test("the cached blocks take no heap to speak of, and their files have no names") {
    load(rows(0L until 20000L, 20000), rows(none, 0), 2, 2) { set =>
      val info = spark.sparkContext.getRDDStorageInfo.find(_.id == set.rdd.id).get
      assert(info.numCachedPartitions == 2 && info.memSize < 10000 && info.diskSize == 0)
    }
    val local = Path.of(spark.sparkContext.getConf.get("spark.local.dir"))
    val named = Files.walk(local).iterator.asScala.map(_.getFileName.toString).toList
    assert(named.exists(_.startsWith("shuffle_")) && !named.exists(_.startsWith("temp_local_")))
  }

  for (
    serializer <- Seq[Serializer](
      new JavaSerializer(new SparkConf),
      new KryoSerializer(new SparkConf)
    )
  )
    test(s"a block that Spark moves with ${serializer.getClass.getSimpleName} keeps its rows") {
      load(rows(0L until 100L, 100), rows(0L until 9L, 9), 2, 1) { set =>
        val moved = set.rdd.rdd.mapPartitions { pairs =>
          val instance = serializer.newInstance()
          pairs.map(pair => Seen.of(instance.deserialize[ShardPair](instance.serialize(pair)), 2))
        }
        assert(moved.collect().toSeq == set.rdd.rdd.map(Seen.of(_, 2)).collect().toSeq)
      }
    }

  test("more rows than one mapping holds are found in the next one") {
    val wide =
      1 << 27 // 512 MB a row, of which only the first number is written: the file has holes
    spark
    val file = RowFile.create(5, wide)
    val mapped =
      try {
        for (row <- 0 until 5) {
          val first = RowFile.rowBuffer(1)
          first.asFloatBuffer.put(row + 1f)
          file.write(row.toLong, first)
        }
        file.map()
      } finally file.close()
    assert((0 until 5).map(row => mapped.at(row.toLong, 0)) == Seq(1f, 2f, 3f, 4f, 5f))
    assert(mapped.at(3, wide - 1) == 0f)
  }
}

/** A pair's shard and its rows as (row_id, features, label). */
case class Seen(
    shard: Int,
    training: Seq[(Long, Seq[Float], Double)],
    validation: Seq[(Long, Seq[Float], Double)]
)

object Seen {
  def of(pair: ShardPair, shards: Int): Seen =
    Seen(pair.training.shard, content(pair.training, shards), content(pair.validation, shards))

  /** Row id to features and label, by the definition of a shard: sample k of shard s is row k * S +
    * s.
    */
  private def content(samples: SampleBlock, shards: Int): Seq[(Long, Seq[Float], Double)] = {
    val block = samples.asInstanceOf[ShardBlock]
    val buffer = FloatBuffer.allocate(block.width)
    (0 until block.samples).map { k =>
      block.features(k, buffer, 0)
      (k.toLong * shards + block.shard, buffer.array.clone.toSeq, block.label(k).toDouble)
    }
  }
}
