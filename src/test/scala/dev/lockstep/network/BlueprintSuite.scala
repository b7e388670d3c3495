package dev.lockstep.network

import dev.lockstep.config.{InvalidConfigException, Task}
import org.deeplearning4j.nn.conf.{BackpropType, NeuralNetConfiguration}
import org.deeplearning4j.nn.conf.graph.MergeVertex
import org.deeplearning4j.nn.conf.inputs.InputType
import org.deeplearning4j.nn.conf.layers._
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep
import org.deeplearning4j.preprocessors.ReshapePreprocessor
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.api.buffer.DataType
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.funsuite.AnyFunSuite

/** Which of DL4J's configurations can be trained on rows of 16 features and 3 classes, and what the
  * others are told.
  */
class BlueprintSuite extends AnyFunSuite {
  private val shape = new NetworkShape(Task.MULTICLASS, 16, 3)

  private def settings = new NeuralNetConfiguration.Builder().seed(5)

  private def output(nIn: Int = 0): OutputLayer = {
    val builder = new OutputLayer.Builder(LossFunction.MCXENT)
    if (nIn > 0) builder.nIn(nIn)
    builder.nOut(3).activation(Activation.SOFTMAX).build()
  }

  private def dense = new DenseLayer.Builder().nOut(4).build()

  private def stack(input: InputType, layers: Layer*): String = {
    val list = settings.list()
    layers.foreach(list.layer)
    list.setInputType(input).build().toJson
  }

  private def outputs(json: String): Seq[Long] = {
    val network = Blueprint.ofDl4j(json, shape).build()
    val rows = org.nd4j.linalg.factory.Nd4j.ones(5L, 16L)
    val labels = org.nd4j.linalg.factory.Nd4j.zeros(5L, if (network.takesClassNumbers) 1L else 3L)
    network.predict(Examples.of(rows, labels)).outputs.get(0).shape.toSeq
  }

  private def refusal(json: String, shape: NetworkShape = shape): String =
    intercept[InvalidConfigException](Blueprint.ofDl4j(json, shape)).getMessage

  private def convolution = new ConvolutionLayer.Builder(2, 2).nOut(2).build()

  test("a convolution takes flat rows by its input type") {
    val json = stack(InputType.convolutionalFlat(4, 4, 1), convolution, output())
    assert(outputs(json) == Seq(5, 3))
  }

  test("an LSTM takes flat rows of channels x time steps by a reshaping preprocessor") {
    val json = settings
      .list()
      .layer(new LastTimeStep(new LSTM.Builder().nIn(2).nOut(4).build()))
      .layer(output(4))
      .inputPreProcessor(0, new ReshapePreprocessor(Array(16L), Array(2L, 8L), false))
      .build()
      .toJson
    assert(outputs(json) == Seq(5, 3))
  }

  private def graph(inputs: Int): String = {
    val names = (1 to inputs).map("in" + _)
    val builder = settings.graphBuilder().addInputs(names: _*)
    names.foreach(name =>
      builder.addLayer("of " + name, new DenseLayer.Builder().nIn(16).nOut(4).build(), name)
    )
    builder
      .addVertex("merged", new MergeVertex(), names.map("of " + _): _*)
      .addLayer("out", output(4 * inputs), "merged")
      .setOutputs("out")
      .build()
      .toJson
  }

  test("a graph of one input and one output takes rows") {
    assert(outputs(graph(1)) == Seq(5, 3))
  }

  test("a loss on class numbers takes rows of several classes") {
    val sparse = new OutputLayer.Builder(LossFunction.SPARSE_MCXENT)
      .nOut(3)
      .activation(Activation.SOFTMAX)
      .build()
    val json = stack(InputType.feedForward(16), dense, sparse)
    assert(outputs(json) == Seq(5, 3))
    val message = refusal(json, new NetworkShape(Task.REGRESSION, 16, 1))
    assert(message.startsWith("Invalid network.dl4j output width: 3 (the data need 1)"))
  }

  test("training begins anew where the configuration was saved in training") {
    val trained = org.deeplearning4j.nn.conf.MultiLayerConfiguration.fromJson(
      stack(InputType.feedForward(16), dense, output())
    )
    trained.setIterationCount(70)
    trained.setEpochCount(7)
    val state = Blueprint.ofDl4j(trained.toJson, shape).build().state
    assert(state.iteration == 0 && state.epoch == 0)
  }

  private def recurrent = stack(
    InputType.recurrent(16),
    new LSTM.Builder().nOut(4).build(),
    new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build()
  )

  private val refused = Seq[(String, () => String, String)](
    (
      "a graph of two inputs",
      () => graph(2),
      "Invalid network.dl4j inputs: 2 (a prepared row has 1)"
    ),
    (
      "an LSTM that nothing gives its time steps",
      () => recurrent,
      "Invalid network.dl4j for rows of 16 features: "
    ),
    (
      "a convolution of another size",
      () => stack(InputType.convolutionalFlat(5, 5, 1), convolution, output()),
      "Invalid network.dl4j for rows of 16 features: "
    ),
    (
      "a network without a loss",
      () => stack(InputType.feedForward(16), dense),
      "Unsupported network.dl4j: output of DenseLayer (must be an output layer with a loss)"
    ),
    (
      "truncated backpropagation",
      () => {
        val list = settings.list().layer(dense).layer(output())
        list.setInputType(InputType.feedForward(16))
        list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(2).build().toJson
      },
      "Unsupported network.dl4j: truncated backpropagation through time (it updates several times"
    ),
    (
      "float64",
      () => {
        val list = settings.dataType(DataType.DOUBLE).list().layer(dense).layer(output())
        list.setInputType(InputType.feedForward(16)).build().toJson
      },
      "Unsupported network.dl4j: data type DOUBLE (must be FLOAT)"
    ),
    (
      "a center loss",
      () => {
        val center = new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
          .nOut(3)
          .activation(Activation.SOFTMAX)
          .build()
        stack(InputType.feedForward(16), dense, center)
      },
      "Unsupported network.dl4j: CenterLossOutputLayer (its gradient is not a sum over the samples"
    ),
    (
      "an output of another width",
      () =>
        graph(1).replace("\"nout\" : 3", "\"nout\" : 2").replace("\"nOut\" : 3", "\"nOut\" : 2"),
      "Invalid network.dl4j output width: 2 (the data need 3)"
    )
  )

  for ((what, json, line) <- refused)
    test(s"refused in one line: $what") {
      val message = refusal(json())
      assert(message.startsWith(line), message)
      assert(!message.contains("\n"))
    }
}
