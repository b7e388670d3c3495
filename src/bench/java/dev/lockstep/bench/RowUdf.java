package dev.lockstep.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * How a network is usually put into Spark SQL: a function of one row, a network for each thread.
 */
final class RowUdf {
  private static final ThreadLocal<MultiLayerNetwork> NETWORK = new ThreadLocal<>();

  private RowUdf() {}

  /** From features to the first output. */
  static UserDefinedFunction of(byte[] zip) {
    UDF1<Seq<Float>, Double> predict = features -> network(zip).output(row(features)).getDouble(0);
    return functions.udf(predict, DataTypes.DoubleType);
  }

  private static INDArray row(Seq<Float> features) {
    float[][] values = new float[1][features.size()];
    int i = 0;
    for (Float value : JavaConverters.asJavaIterable(features)) {
      values[0][i++] = value;
    }
    return Nd4j.createFromArray(values);
  }

  private static MultiLayerNetwork network(byte[] zip) {
    MultiLayerNetwork network = NETWORK.get();
    if (network == null) {
      try {
        network = ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip), false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      NETWORK.set(network);
    }
    return network;
  }
}
