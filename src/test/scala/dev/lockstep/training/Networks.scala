package dev.lockstep.training

import dev.lockstep.network.Blueprint
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.graph.MergeVertex
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers._
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.Suite

/** Tiny networks of every kind, each with examples that fit it. */
trait Networks extends ExampleFixture { this: Suite =>

  /** A network and the examples that it takes. */
  case class Case(name: String, blueprint: Blueprint, features: Seq[Kind], labels: Seq[Kind]) {
    def examples(rows: Int, seed: Long = 42): Set =
      Networks.this.examples(rows, features, labels, seed)
  }

  type Settings = NeuralNetConfiguration.Builder

  def denseLayer(units: Int): DenseLayer =
    new DenseLayer.Builder().nOut(units).activation(Activation.TANH).build()

  def classes(count: Int): OutputLayer =
    new OutputLayer.Builder(LossFunction.MCXENT).nOut(count).activation(Activation.SOFTMAX).build()

  def values(count: Int): OutputLayer =
    new OutputLayer.Builder(LossFunction.MSE).nOut(count).activation(Activation.IDENTITY).build()

  def stack(settings: Settings, input: InputType, layers: Layer*): Blueprint = {
    val list = settings.list()
    layers.foreach(list.layer)
    blueprint(list.setInputType(input).build())
  }

  def denseStack(settings: Settings, hidden: Layer*): Case =
    Case(
      "dense",
      stack(settings, InputType.feedForward(5), hidden :+ classes(3): _*),
      Seq(Vector(5)),
      Seq(Classes(3))
    )

  def convolution(settings: Settings, between: Layer*): Case = {
    val layers = Seq(
      new ConvolutionLayer.Builder(3, 3).nOut(3).activation(Activation.RELU).build(),
      new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build()
    ) ++ between :+ classes(3)
    Case(
      "convolution",
      stack(settings, InputType.convolutional(6, 6, 2), layers: _*),
      Seq(Image(2, 6)),
      Seq(Classes(3))
    )
  }

  /** A class for each time step: sequences of different lengths, masks on features and labels. */
  def lstm(settings: Settings): Case =
    Case(
      "LSTM",
      stack(
        settings,
        InputType.recurrent(3),
        new LSTM.Builder().nOut(4).activation(Activation.TANH).build(),
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
          .nOut(3)
          .activation(Activation.SOFTMAX)
          .build()
      ),
      Seq(Sequence(3, 5)),
      Seq(ClassPerStep(3, 5))
    )

  /** A class for each sequence: masks on features alone. */
  def lastStep(settings: Settings): Case =
    Case(
      "LSTM's last time step",
      stack(
        settings,
        InputType.recurrent(3),
        new LastTimeStep(new LSTM.Builder().nOut(4).build()),
        classes(3)
      ),
      Seq(Sequence(3, 5)),
      Seq(Classes(3))
    )

  /** Two inputs, merged; two outputs with losses of their own. */
  def graph(settings: Settings): Case = {
    val configuration = settings
      .graphBuilder()
      .addInputs("left", "right")
      .setInputTypes(InputType.feedForward(4), InputType.feedForward(3))
      .addLayer("a", denseLayer(5), "left")
      .addLayer("b", denseLayer(4), "right")
      .addVertex("merged", new MergeVertex(), "a", "b")
      .addLayer("shared", denseLayer(6), "merged")
      .addLayer("kind", classes(3), "shared")
      .addLayer("amount", values(2), "shared")
      .setOutputs("kind", "amount")
      .build()
    Case(
      "graph of two inputs and outputs",
      blueprint(configuration),
      Seq(Vector(4), Vector(3)),
      Seq(Classes(3), Vector(2))
    )
  }

  /** A sequence, an image and a vector into one class, through batch norm and pooling. */
  def mixedGraph(settings: Settings): Case = {
    val configuration = settings
      .graphBuilder()
      .addInputs("text", "picture", "row")
      .setInputTypes(
        InputType.recurrent(3),
        InputType.convolutional(5, 5, 1),
        InputType.feedForward(4)
      )
      .addLayer("lstm", new LSTM.Builder().nOut(4).build(), "text")
      .addLayer("pooled", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "lstm")
      .addLayer("edges", new ConvolutionLayer.Builder(3, 3).nOut(2).build(), "picture")
      .addLayer("normal", new BatchNormalization.Builder().build(), "edges")
      .addLayer("flat", denseLayer(4), "normal")
      .addVertex("merged", new MergeVertex(), "pooled", "flat", "row")
      .addLayer("kind", classes(4), "merged")
      .setOutputs("kind")
      .build()
    Case(
      "graph of a sequence, an image and a vector",
      blueprint(configuration),
      Seq(Sequence(3, 4), Image(1, 5), Vector(4)),
      Seq(Classes(4))
    )
  }

  /** Labels are numbers of classes. */
  def sparse(settings: Settings): Case =
    Case(
      "sparse labels",
      stack(
        settings,
        InputType.feedForward(5),
        denseLayer(6),
        new OutputLayer.Builder(LossFunction.SPARSE_MCXENT)
          .nOut(300)
          .activation(Activation.SOFTMAX)
          .build()
      ),
      Seq(Vector(5)),
      Seq(ClassNumber(300))
    )
}
