package dev.lockstep.training

import dev.lockstep.network.{Blueprint, NetworkState, Trainability}
import dev.lockstep.plan.{SampleOrder, SplitMix64}
import dev.lockstep.training.replica.BatchFormat
import dev.lockstep.training.round.{Round, RoundResult, Rounds}
import dev.lockstep.training.shard.{ExampleSet, ShardedSet}
import java.util.{List => JList}
import org.apache.spark.api.java.{JavaRDD, JavaSparkContext}
import org.deeplearning4j.nn.conf.{ComputationGraphConfiguration, MultiLayerConfiguration}
import org.deeplearning4j.nn.graph.ComputationGraph
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.dataset.MultiDataSet
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.Suite
import scala.collection.JavaConverters._

/** Examples of any shapes, the engine on them, and the same batches for plain DL4J. */
trait ExampleFixture extends EngineFixture { this: Suite =>

  /** What an array of an example is like. Sequences have 1 to `steps` time steps. */
  sealed trait Kind
  case class Vector(width: Int) extends Kind
  case class Image(channels: Int, size: Int) extends Kind
  case class Sequence(channels: Int, steps: Int) extends Kind
  case class Classes(count: Int) extends Kind
  case class ClassNumber(count: Int) extends Kind
  case class ClassPerStep(count: Int, steps: Int) extends Kind

  /** Examples by row_id, each a mini-batch of one. */
  case class Set(examples: Seq[MultiDataSet]) {
    def rows: Int = examples.size

    /** DL4J's own merging pads sequences and makes masks. */
    def batch(ids: Seq[Int]): MultiDataSet =
      MultiDataSet.merge(ids.map(examples).asJava.asInstanceOf[JList[MultiDataSet]])

    /** In mini-batches of 1 to 3 examples, over three partitions. */
    def rdd: JavaRDD[MultiDataSet] = {
      val sizes = Iterator.iterate(1)(size => size % 3 + 1)
      val batches = Iterator
        .iterate((Seq.empty[Int], 0)) { case (_, from) =>
          val to = math.min(rows, from + sizes.next())
          (from until to, to)
        }
        .drop(1)
        .map(_._1)
        .takeWhile(_.nonEmpty)
        .map(batch)
        .toList
      new JavaSparkContext(spark.sparkContext).parallelize(batches.asJava, 3)
    }
  }

  private class Draws(seed: Long, row: Long) {
    private val random = SplitMix64.of(seed, row)
    def uniform(): Float = random.next(20001) / 10000f - 1
    def below(bound: Int): Int = random.next(bound)
  }

  def examples(rows: Int, features: Seq[Kind], labels: Seq[Kind], seed: Long = 42): Set =
    Set((0 until rows).map { row =>
      val draws = new Draws(seed, row)
      val steps = 1 + draws.below(
        (features ++ labels)
          .collect {
            case Sequence(_, most)     => most
            case ClassPerStep(_, most) => most
          }
          .headOption
          .getOrElse(1)
      )
      new MultiDataSet(
        features.map(array(_, draws, steps)).toArray,
        labels.map(array(_, draws, steps)).toArray
      )
    })

  private def array(kind: Kind, draws: Draws, steps: Int): INDArray = {
    def random(shape: Long*): INDArray = {
      val values = Array.fill(shape.product.toInt)(draws.uniform())
      Nd4j.createFromArray(values: _*).reshape(shape: _*)
    }
    kind match {
      case Vector(width)         => random(1, width)
      case Image(channels, size) => random(1, channels, size, size)
      case Sequence(channels, _) => random(1, channels, steps)
      case Classes(count)        => Nd4j.zeros(1, count).putScalar(0, draws.below(count), 1)
      case ClassNumber(count)    => Nd4j.createFromArray(draws.below(count).toFloat).reshape(1, 1)
      case ClassPerStep(count, _) =>
        val labels = Nd4j.zeros(1, count, steps)
        (0 until steps).foreach(t => labels.putScalar(0, draws.below(count), t, 1))
        labels
    }
  }

  def blueprint(configuration: MultiLayerConfiguration): Blueprint =
    checked(new Blueprint(configuration.toJson))

  def blueprint(configuration: ComputationGraphConfiguration): Blueprint =
    checked(new Blueprint(configuration.toJson))

  private def checked(blueprint: Blueprint): Blueprint = {
    Trainability.check("network", blueprint.build())
    blueprint
  }

  /** Runs `rounds` on W workers from a state. */
  def engineOn(set: Set, blueprint: Blueprint, shards: Int, workers: Int)(
      rounds: Seq[Round],
      from: NetworkState,
      validation: Option[Set] = None
  ): Seq[RoundResult] = {
    val context = new JavaSparkContext(spark.sparkContext)
    val training = ExampleSet.of(set.rdd)
    assert(training.count == set.rows)
    val held = validation.fold(ExampleSet.none(context))(other => ExampleSet.of(other.rdd))
    val data = ShardedSet.ofExamples(training, held, shards, workers)
    try {
      val runner = new Rounds(
        context,
        blueprint,
        BatchFormat.of(training, held),
        data,
        timeout
      )
      rounds
        .scanLeft((from, null: RoundResult)) { case ((state, _), round) =>
          val result = runner.run(round, state, (_, _) => ())
          (result.state, result)
        }
        .tail
        .map(_._2)
    } finally data.close()
  }

  /** What plain DL4J's fit makes of the same batches. */
  def plainOn(set: Set, blueprint: Blueprint, order: SampleOrder, epochs: Int): Array[Float] = {
    val network = blueprint.build()
    for (epoch <- 0 until epochs) {
      for (batch <- 0 until order.iterationsPerEpoch) {
        val examples = set.batch(rowIds(order, epoch, batch))
        network.model match {
          case stack: MultiLayerNetwork =>
            val masks = Seq(examples.getFeaturesMaskArrays, examples.getLabelsMaskArrays)
              .map(arrays => if (arrays == null) null else arrays(0))
            stack.fit(examples.getFeatures(0), examples.getLabels(0), masks(0), masks(1))
          case graph: ComputationGraph => graph.fit(examples)
        }
      }
      network.count(network.iteration, network.epoch + 1)
    }
    vector(network.parameters)
  }
}
