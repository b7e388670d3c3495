package dev.lockstep.evaluation;

/**
 * X W + b, in which a row of the result has bits that depend on that row of X alone.
 *
 * <p>BLAS is no help: which of its kernels, and so which rounding, a row gets depends on its place
 * in X. Here every number is the bias plus its terms in the order of the inputs, each product and
 * each sum rounded to float32, on every machine. Inputs that are 0 are left out, so that one-hot
 * categories cost what their ones cost.
 */
final class RowProduct {
  private final int inputs;
  private final int outputs;
  private final float[] weights;
  private final float[] bias;
  private final int[] present;

  /**
   * @param weights [inputs, outputs], row-major
   * @param bias [outputs]
   */
  RowProduct(float[] weights, float[] bias) {
    this.inputs = weights.length / bias.length;
    this.outputs = bias.length;
    this.weights = weights;
    this.bias = bias;
    this.present = new int[inputs];
  }

  int outputs() {
    return outputs;
  }

  /**
   * @param x [rows, inputs], row-major
   * @return [rows, outputs], row-major
   */
  float[] of(float[] x) {
    int rows = x.length / inputs;
    float[] z = new float[rows * outputs];
    float[] row = new float[outputs];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(bias, 0, row, 0, outputs);
      add(x, i * inputs, row);
      System.arraycopy(row, 0, z, i * outputs, outputs);
    }
    return z;
  }

  private void add(float[] x, int start, float[] row) {
    int count = 0;
    for (int k = 0; k < inputs; k++) {
      if (x[start + k] != 0) {
        present[count++] = k;
      }
    }
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      addFour(x, start, i, row);
    }
    for (; i < count; i++) {
      float a = x[start + present[i]];
      int w = present[i] * outputs;
      for (int j = 0; j < outputs; j++) {
        row[j] += a * weights[w + j];
      }
    }
  }

  /** Four terms at once spare loads and stores; they are added one after the other all the same. */
  private void addFour(float[] x, int start, int i, float[] row) {
    float a0 = x[start + present[i]];
    float a1 = x[start + present[i + 1]];
    float a2 = x[start + present[i + 2]];
    float a3 = x[start + present[i + 3]];
    int w0 = present[i] * outputs;
    int w1 = present[i + 1] * outputs;
    int w2 = present[i + 2] * outputs;
    int w3 = present[i + 3] * outputs;
    float[] w = weights;
    for (int j = 0; j < row.length; j++) {
      row[j] = (((row[j] + a0 * w[w0 + j]) + a1 * w[w1 + j]) + a2 * w[w2 + j]) + a3 * w[w3 + j];
    }
  }
}
