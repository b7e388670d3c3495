package dev.lockstep.evaluation;

import dev.lockstep.network.NativeThreads;
import dev.lockstep.network.NetworkZip;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * A DL4J network that only predicts, on one native thread. For one thread at a time.
 *
 * <p>How a product of matrices rounds depends on its shape. So the network always gets a batch of
 * {@link #ROWS}, filled up with zeros: a row at the same place of a batch gets the same bits. Of a
 * stack of plain layers (see {@link RowwiseLayers}) it gets them at any place.
 */
final class InferenceNetwork {
  /** Rows of a batch. */
  static final int ROWS = 1024;

  private final UnaryOperator<INDArray> forward;
  private final DataType type;
  private float[] batch = new float[0];

  private InferenceNetwork(UnaryOperator<INDArray> forward, DataType type) {
    this.forward = forward;
    this.type = type;
  }

  /**
   * Reads a network.
   *
   * @param zip the bytes of a MultiLayerNetwork or ComputationGraph as DL4J's ModelSerializer
   *     writes them
   * @throws IllegalArgumentException if they are not
   */
  static InferenceNetwork read(byte[] zip) {
    NativeThreads.useOne();
    try {
      NetworkZip entries = NetworkZip.read(zip);
      String json = entries.configuration();
      JsonNode configuration = new ObjectMapper().readTree(json);
      INDArray parameters = entries.parameters();
      return configuration.has("vertices")
          ? graph(ComputationGraphConfiguration.fromJson(json), parameters)
          : layers(MultiLayerConfiguration.fromJson(json), parameters);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("Cannot read network: " + e.getMessage(), e);
    }
  }

  /**
   * The outputs for some rows.
   *
   * @param features [rows, features]; 1 to {@link #ROWS} rows
   * @param width the outputs that a row must get
   * @return [rows, width]
   */
  double[][] predict(float[][] features, int width) {
    try (INDArray input = input(features);
        INDArray output = forward.apply(input)) {
      if (output.rank() != 2 || output.size(0) != ROWS || output.size(1) != width) {
        throw new IllegalArgumentException(
            "Invalid network: output of "
                + output.length() / ROWS
                + " values a row (must be "
                + width
                + ")");
      }
      return values(output, features.length);
    }
  }

  /** The rows and zeros behind them, [{@link #ROWS}, features]. */
  private INDArray input(float[][] features) {
    int width = features[0].length;
    if (batch.length != ROWS * width) {
      batch = new float[ROWS * width];
    }
    for (int i = 0; i < features.length; i++) {
      System.arraycopy(features[i], 0, batch, i * width, width);
    }
    Arrays.fill(batch, features.length * width, batch.length, 0);
    INDArray rows = Nd4j.create(batch, new int[] {ROWS, width}, 'c');
    return type == DataType.FLOAT ? rows : rows.castTo(type);
  }

  /**
   * The first rows of a matrix, in one copy: INDArray.toDoubleMatrix takes 30 microseconds a
   * number.
   */
  private static double[][] values(INDArray matrix, int count) {
    int width = (int) matrix.size(1);
    double[][] rows = new double[count][];
    try (INDArray copy = matrix.dup('c')) {
      double[] flat = copy.data().asDouble();
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
      }
    }
    return rows;
  }

  private static InferenceNetwork layers(
      MultiLayerConfiguration configuration, INDArray parameters) {
    configuration.setDataType(parameters.dataType());
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(parameters, false);
    UnaryOperator<INDArray> forward =
        RowwiseLayers.of(network).orElse(input -> network.output(input, false));
    return new InferenceNetwork(forward, parameters.dataType());
  }

  private static InferenceNetwork graph(
      ComputationGraphConfiguration configuration, INDArray parameters) {
    configuration.setDataType(parameters.dataType());
    ComputationGraph network = new ComputationGraph(configuration);
    network.init(parameters, false);
    return new InferenceNetwork(input -> network.outputSingle(false, input), parameters.dataType());
  }
}
