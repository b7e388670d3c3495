package dev.lockstep.training

import java.lang.management.{BufferPoolMXBean, ManagementFactory}
import java.nio.file.{Files, Path}
import java.time.Duration
import java.util.{List => JList, Optional, OptionalDouble, OptionalInt}

import scala.jdk.CollectionConverters._

import dev.lockstep.config._
import dev.lockstep.network.{Blueprint, NetworkShape}
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.replica.BatchFormat
import dev.lockstep.training.round.{Round, Rounds}
import dev.lockstep.training.shard.ShardedSet
import org.apache.spark.api.java.JavaSparkContext
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions.expr
import org.bytedeco.javacpp.Pointer

/** Trains on made-up rows in a process of its own, and says what memory that takes. */
object MemoryProbe {

  /** A line of the probe: bytes after an epoch, 0 being before the first one. */
  case class Seen(epoch: Int, anonymous: Long, native: Long, direct: Long, peak: Long)

  private val classes = 10

  /** Arguments: input width, hidden widths with commas, rows, batch size, shards, workers, epochs
    * to tell of.
    */
  def main(arguments: Array[String]): Unit = {
    val Array(width, rows, batch, shards, workers) =
      (arguments.take(1) ++ arguments.slice(2, 6)).map(_.toInt)
    val hidden = arguments(1).split(",").map(_.toInt).toSeq
    val told = arguments(6).split(",").map(_.toInt).toSet
    val spark = SparkSession
      .builder()
      .master(s"local[$workers]")
      .config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1")
      .config("spark.driver.bindAddress", "127.0.0.1")
      .getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    @volatile var peak = 0L
    val sampler = new Thread(() =>
      while (true) {
        peak = math.max(peak, anonymous())
        Thread.sleep(10)
      }
    )
    sampler.setDaemon(true)
    sampler.start()
    def say(epoch: Int): Unit = {
      System.gc()
      println(
        s"seen $epoch ${anonymous()} ${Pointer.totalBytes} ${direct()} $peak"
      )
      peak = 0
    }
    try {
      // What a first training loads (classes, native code, compiled methods) is no part of a network.
      train(spark, 8, Seq(16), rows = 512, batch = 64, shards, workers, 5, _ => ())
      train(spark, width, hidden, rows, batch, shards, workers, told.max, n => if (told(n)) say(n))
    } finally spark.stop()
    sys.exit(0) // Spark's timer of barriers is no daemon
  }

  def parsed(line: String): Option[Seen] =
    line.split(" ") match {
      case Array("seen", n, a, b, c, d) =>
        Some(Seen(n.toInt, a.toLong, b.toLong, c.toLong, d.toLong))
      case _ => None
    }

  private def train(
      spark: SparkSession,
      width: Int,
      hidden: Seq[Int],
      rows: Int,
      batch: Int,
      shards: Int,
      workers: Int,
      epochs: Int,
      after: Int => Unit
  ): Unit = {
    def frame(count: Int) =
      spark
        .range(count)
        .select(
          expr("id as row_id"),
          expr(s"transform(sequence(1, $width), i -> cast(sin(id * i) as float)) as features"),
          expr(s"cast(id % $classes as double) as label")
        )
    val data = ShardedSet.of(
      new ShardedSet.Rows(frame(rows), rows.toLong),
      new ShardedSet.Rows(frame(rows / 8), (rows / 8).toLong),
      new ShardedSet.Layout(width, shards, workers)
    )
    try {
      data.load()
      after(0)
      val shape = new NetworkShape(Task.MULTICLASS, width, classes)
      val blueprint = Blueprint.ofLayers(network(hidden), settings(batch, shards), shape)
      val order = new SampleOrder(rows, batch, shards, 7)
      val rounds =
        new Rounds(
          JavaSparkContext.fromSparkContext(spark.sparkContext),
          blueprint,
          BatchFormat.rows(shape),
          data,
          Duration.ofMinutes(5)
        )
      var state = blueprint.build().state
      (1 to epochs).foreach { epoch =>
        val round = new Round(epoch - 1, 0, order.iterationsPerEpoch, order)
        state = rounds.run(round, state, (_, _) => ()).state
        after(epoch)
      }
    } finally data.close()
  }

  private def network(hidden: Seq[Int]): NetworkConfig = {
    val layers: Seq[LayerConfig] = hidden.map(units =>
      new LayerConfig.Dense(units, "relu", OptionalDouble.empty(), OptionalDouble.empty())
    )
    new NetworkConfig(
      JList.of(layers: _*),
      Optional.empty(),
      Optional.empty(),
      0,
      0,
      "xavier"
    )
  }

  private def settings(batch: Int, shards: Int): TrainConfig =
    new TrainConfig(
      1,
      batch,
      7,
      new UpdaterConfig(
        UpdaterConfig.Type.ADAM,
        new ScheduleConfig.Fixed(0.001),
        0.9,
        0.9,
        0.999,
        0.95,
        1e-8,
        0
      ),
      Optional.empty(),
      shards,
      OptionalInt.empty(),
      new TrainConfig.CheckpointEvery(1, TrainConfig.Unit.EPOCH),
      1,
      Optional.empty(),
      TrainConfig.Trainer.EXACT,
      1,
      java.time.Duration.ofMinutes(5),
      TrainConfig.Start.FRESH
    )

  /** Bytes of this process that no file stands behind: heap and native, as a cluster counts them.
    */
  private def anonymous(): Long =
    Files
      .readAllLines(Path.of("/proc/self/status"))
      .asScala
      .collectFirst {
        case line if line.startsWith("RssAnon:") => line.filter(_.isDigit).toLong * 1024
      }
      .get

  private def direct(): Long =
    ManagementFactory
      .getPlatformMXBeans(classOf[BufferPoolMXBean])
      .asScala
      .filter(_.getName == "direct")
      .map(_.getMemoryUsed)
      .sum
}
