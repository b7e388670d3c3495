package dev.lockstep.network

import java.util.OptionalInt

import dev.lockstep.config.InvalidConfigException
import org.deeplearning4j.nn.conf.NeuralNetConfiguration
import org.deeplearning4j.nn.conf.graph.MergeVertex
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers._
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.learning.config.{Adam, IUpdater, Nesterovs, Sgd}
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.funsuite.AnyFunSuite

/** Against the network that DL4J builds. */
class ConfigurationSizeSuite extends AnyFunSuite {
  private def settings(updater: IUpdater) =
    new NeuralNetConfiguration.Builder().seed(3).updater(updater)

  private def output =
    new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build()

  private def convolution(updater: IUpdater): String = settings(updater)
    .list()
    .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
    .layer(new BatchNormalization())
    .layer(new DenseLayer.Builder().nOut(7).build())
    .layer(output)
    .setInputType(InputType.convolutionalFlat(6, 6, 1))
    .build()
    .toJson

  private def graph(updater: IUpdater): String = settings(updater)
    .graphBuilder()
    .addInputs("in")
    .addLayer("a", new DenseLayer.Builder().nOut(4).build(), "in")
    .addLayer("b", new DenseLayer.Builder().nOut(5).build(), "in")
    .addVertex("both", new MergeVertex(), "a", "b")
    .addLayer("out", output, "both")
    .setOutputs("out")
    .setInputTypes(InputType.feedForward(6))
    .build()
    .toJson

  for (
    (kind, json, features) <- Seq(
      ("convolution", convolution _, 36),
      ("graph", graph _, 6)
    );
    updater <- Seq[IUpdater](new Adam(), new Nesterovs(), new Sgd())
  )
    test(s"parameters and updater state of a $kind with ${updater.getClass.getSimpleName}") {
      val planned = ConfigurationSize.of(json(updater), features)
      val built = new Blueprint(json(updater)).build()
      assert(planned.size.parameters == built.parameters.length)
      assert(planned.updaterState == built.state.updaterState.length)
    }

  test("activations are those of all layers and the input") {
    // By hand: 36 inputs, 4 maps of 4 x 4 twice, 7, 3.
    assert(
      ConfigurationSize.of(convolution(new Sgd()), 36).size.activations == 36 + 64 + 64 + 7 + 3
    )
    // The merged vertex's 9 count, too.
    assert(ConfigurationSize.of(graph(new Sgd()), 6).size.activations == 6 + 4 + 5 + 9 + 3)
  }

  test("a dense first layer says the input's width") {
    val dense =
      settings(new Sgd()).list().layer(new DenseLayer.Builder().nIn(11).nOut(2).build()).build()
    assert(ConfigurationSize.features(dense.toJson) == OptionalInt.of(11))
    assert(ConfigurationSize.features(graph(new Sgd())) == OptionalInt.empty)
  }

  test("what is no configuration is one line") {
    val thrown = intercept[InvalidConfigException](ConfigurationSize.of("{}", 3))
    assert(
      thrown.getMessage.startsWith("Invalid network.dl4j: ") && !thrown.getMessage.contains("\n")
    )
  }
}
