package dev.lockstep.training

import dev.lockstep.SharedSpark
import dev.lockstep.config._
import dev.lockstep.network.{Blueprint, NetworkShape, NetworkState}
import dev.lockstep.plan.{SampleOrder, SplitMix64}
import dev.lockstep.training.replica.BatchFormat
import dev.lockstep.training.round.{Round, RoundResult, Rounds}
import dev.lockstep.training.shard.ShardedSet
import java.util.{List => JList, Optional, OptionalDouble, OptionalInt}
import org.apache.spark.api.java.JavaSparkContext
import org.apache.spark.sql.DataFrame
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.dataset.DataSet
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.Suite

/** Small problems, the engine on them epoch by epoch, and the same batches for plain DL4J. */
trait EngineFixture extends SharedSpark { this: Suite =>

  /** Samples by row_id: features [rows][width], labels [rows]. */
  case class Problem(shape: NetworkShape, features: Array[Array[Float]], labels: Array[Float]) {
    def rows: Int = labels.length

    def frame: DataFrame = {
      val session = spark
      import session.implicits._
      features
        .zip(labels)
        .zipWithIndex
        .map { case ((row, label), id) => (id.toLong, row, label.toDouble) }
        .toSeq
        .toDF("row_id", "features", "label")
        .repartition(3)
    }

    def batch(ids: Seq[Int]): DataSet = {
      val x = Nd4j.createFromArray(ids.map(features(_)).toArray)
      val y = Nd4j.zeros(ids.size.toLong, shape.outputs.toLong)
      ids.zipWithIndex.foreach { case (id, row) =>
        if (shape.task == Task.MULTICLASS) y.putScalar(row, labels(id).toLong, 1.0)
        else y.putScalar(row, 0, labels(id).toDouble)
      }
      new DataSet(x, y)
    }
  }

  def problem(rows: Int, task: Task, width: Int = 5, classes: Int = 3): Problem = {
    val random = SplitMix64.of(42, rows, width)
    def uniform(): Float = random.next(20001) / 10000f - 1
    val features = Array.fill(rows, width)(uniform())
    val labels = features.map { row =>
      val score = row(0) - 0.5f * row(1) + 0.3f * row(2) * row(2)
      task match {
        case Task.REGRESSION => score
        case Task.BINARY     => if (score > 0) 1f else 0f
        case Task.MULTICLASS => Math.floorMod(math.round(score * 4), classes).toFloat
      }
    }
    val k = if (task == Task.MULTICLASS) classes else if (task == Task.BINARY) 2 else 1
    Problem(new NetworkShape(task, width, k), features, labels)
  }

  def updater(kind: UpdaterConfig.Type, rate: Double = 0.01): UpdaterConfig =
    new UpdaterConfig(kind, new ScheduleConfig.Fixed(rate), 0.9, 0.9, 0.999, 0.95, 1e-8, 0)

  def settings(
      updater: UpdaterConfig,
      clipping: Optional[ClippingConfig] = Optional.empty(),
      seed: Long = 7
  ): TrainConfig =
    new TrainConfig(
      3,
      100,
      seed,
      updater,
      clipping,
      4,
      OptionalInt.empty(),
      new TrainConfig.CheckpointEvery(1, TrainConfig.Unit.EPOCH),
      3,
      Optional.empty(),
      TrainConfig.Trainer.EXACT,
      3,
      java.time.Duration.ofMinutes(5),
      TrainConfig.Start.FRESH
    )

  def layers(l1: Double, l2: Double, layers: LayerConfig*): NetworkConfig =
    new NetworkConfig(JList.of(layers: _*), Optional.empty(), Optional.empty(), l1, l2, "xavier")

  def dense(units: Int, activation: String = "tanh"): LayerConfig =
    new LayerConfig.Dense(units, activation, OptionalDouble.empty(), OptionalDouble.empty())

  /** How long the tests' rounds may stand still. */
  val timeout: java.time.Duration = java.time.Duration.ofMinutes(5)

  def roundsOn(blueprint: Blueprint, shape: NetworkShape, data: ShardedSet): Rounds =
    new Rounds(
      JavaSparkContext.fromSparkContext(spark.sparkContext),
      blueprint,
      BatchFormat.rows(shape),
      data,
      timeout
    )

  /** Runs `rounds` on W workers from a state. */
  def engine(problem: Problem, blueprint: Blueprint, shards: Int, workers: Int)(
      rounds: Seq[Round],
      from: NetworkState,
      validation: Option[Problem] = None
  ): Seq[RoundResult] = {
    val data = ShardedSet.of(
      new ShardedSet.Rows(problem.frame, problem.rows.toLong),
      validation.fold(new ShardedSet.Rows(problem.frame.limit(0), 0L))(v =>
        new ShardedSet.Rows(v.frame, v.rows.toLong)
      ),
      new ShardedSet.Layout(problem.shape.features, shards, workers)
    )
    try {
      val runner = roundsOn(blueprint, problem.shape, data)
      var state = from
      rounds.map { round =>
        val result = runner.run(round, state, (_, _) => ())
        state = result.state
        result
      }
    } finally data.close()
  }

  def wholeEpochs(order: SampleOrder, epochs: Range): Seq[Round] =
    epochs.map(new Round(_, 0, order.iterationsPerEpoch, order))

  def initial(blueprint: Blueprint): NetworkState = blueprint.build().state

  /** Row ids of a batch, by the definition in SampleOrder's text. */
  def rowIds(order: SampleOrder, epoch: Int, batch: Int): Seq[Int] = {
    val shards = order.shards
    val orders = (0 until shards).map(order.order(epoch, _))
    val from = batch.toLong * order.batchSize
    val to = math.min(from + order.batchSize, order.samples)
    (from until to).map { position =>
      val shard = (position % shards).toInt
      orders(shard)((position / shards).toInt) * shards + shard
    }
  }

  def largestDifference(a: Array[Float], b: Array[Float]): Double =
    a.zip(b).map { case (x, y) => math.abs(x - y).toDouble }.max

  def vector(array: INDArray): Array[Float] = array.toFloatVector
}
