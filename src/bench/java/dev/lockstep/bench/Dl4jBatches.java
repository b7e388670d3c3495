package dev.lockstep.bench;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Samples as DL4J takes them. */
final class Dl4jBatches {
  private Dl4jBatches() {}

  /** Features [size, inputs] and one-hot labels [size, outputs] of samples from {@code from} on. */
  static DataSet of(Workload workload, int from, int size) {
    float[][] features = new float[size][];
    INDArray labels = Nd4j.zeros(size, workload.outputs());
    for (int row = 0; row < size; row++) {
      features[row] = workload.features((long) from + row);
      labels.putScalar(row, workload.label(features[row]), 1);
    }
    return new DataSet(Nd4j.createFromArray(features), labels);
  }
}
