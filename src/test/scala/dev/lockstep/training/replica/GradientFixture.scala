package dev.lockstep.training.replica

import dev.lockstep.config.Task
import dev.lockstep.network.{NetworkShape, TrainableNetwork}
import dev.lockstep.plan.SplitMix64
import dev.lockstep.training.shard.ShardBlock
import org.deeplearning4j.nn.conf.{MultiLayerConfiguration, NeuralNetConfiguration}
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers._
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.factory.Nd4j
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import scala.language.implicitConversions

/** Small networks with random parameters, random micro-batches, and a gradient by either path. */
trait GradientFixture {

  implicit def trainable(network: MultiLayerNetwork): TrainableNetwork =
    TrainableNetwork.of(network)

  def shapeOf(task: Task, features: Int, classes: Int = 3): NetworkShape =
    new NetworkShape(
      task,
      features,
      if (task == Task.MULTICLASS) classes else if (task == Task.BINARY) 2 else 1
    )

  def outputOf(shape: NetworkShape): OutputLayer = {
    val builder = shape.task match {
      case Task.BINARY => new OutputLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID)
      case Task.MULTICLASS =>
        new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX)
      case Task.REGRESSION =>
        new OutputLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY)
    }
    builder.nOut(shape.outputs).build()
  }

  def dense(units: Int, activation: Activation = Activation.IDENTITY): DenseLayer =
    new DenseLayer.Builder().nOut(units).activation(activation).build()

  def configuration(
      shape: NetworkShape,
      hidden: Seq[Layer],
      settings: NeuralNetConfiguration.Builder = new NeuralNetConfiguration.Builder()
  ): MultiLayerConfiguration = {
    val list = settings.seed(5).list()
    (hidden :+ outputOf(shape)).foreach(list.layer)
    list.setInputType(InputType.feedForward(shape.features.toLong)).build()
  }

  def built(configuration: MultiLayerConfiguration, seed: Long = 1): MultiLayerNetwork = {
    val network = new MultiLayerNetwork(configuration)
    network.init()
    network.initGradientsView()
    val noise = uniform(network.numParams.toInt, seed).map(_ * 0.2f)
    network.params.addi(Nd4j.createFromArray(noise: _*).reshape(1, noise.length))
    network
  }

  def network(shape: NetworkShape, hidden: Layer*): MultiLayerNetwork =
    built(configuration(shape, hidden))

  /** Numbers in [-1, 1). */
  def uniform(count: Int, seed: Long): Array[Float] = {
    val random = SplitMix64.of(seed, count.toLong)
    Array.fill(count)(random.next(2000000) / 1e6f - 1)
  }

  def batch(shape: NetworkShape, samples: Int, seed: Long = 3): MicroBatch = {
    val features = uniform(samples * shape.features, seed)
    val random = SplitMix64.of(seed, 99)
    val labels = shape.task match {
      case Task.REGRESSION => uniform(samples, seed + 1)
      case _               => Array.fill(samples)(random.next(shape.classes).toFloat)
    }
    val block = ShardBlock.of(0, features, labels)
    new MicroBatch(shape, samples).fill(block, Array.range(0, samples), 0)
  }

  /** What a path leaves and returns. */
  case class Outcome(gradient: Array[Float], score: BatchGradient.Score)

  def outcome(
      network: MultiLayerNetwork,
      path: BatchGradient,
      batch: MicroBatch,
      seed: Long = 11
  ): Outcome = {
    network.getFlattenedGradients.assign(Double.NaN) // whatever is not written shows
    val score = path.compute(batch, seed, new StepClock)
    Outcome(network.getFlattenedGradients.toFloatVector, score)
  }

  def norm(vector: Array[Float]): Double = math.sqrt(vector.map(x => x.toDouble * x).sum)

  /** |a - b| / |b|. */
  def relative(a: Array[Float], b: Array[Float]): Double =
    norm(a.zip(b).map { case (x, y) => x - y }) / norm(b)
}
