package dev.lockstep.training.replica.compiled;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas.cblas_sgemv;
import static org.bytedeco.openblas.global.openblas.cblas_sger;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The products of a dense layer in OpenBLAS, for one size of micro-batch. DL4J keeps W of shape
 * [inputs, outputs] in column-major order, which is W^T of shape [outputs, inputs] in row-major
 * order.
 *
 * <p>Bias and its gradient are products with a vector of ones: 128 x 256 take 2 µs and 1 µs, as
 * loops over an array of short rows 9 each. Nothing here depends on how the memory is aligned.
 */
final class Gemm {
  private final int samples;
  private final int inputs;
  private final int outputs;
  private final FloatPointer ones;

  Gemm(int samples, int inputs, int outputs) {
    this.samples = samples;
    this.inputs = inputs;
    this.outputs = outputs;
    this.ones = new FloatPointer(samples);
    for (int i = 0; i < samples; i++) {
      ones.put(i, 1);
    }
  }

  /** Z [samples, outputs] = X W + 1 b^T. */
  void forward(FloatPointer x, FloatPointer w, FloatPointer b, FloatPointer z) {
    int in = inputs;
    int out = outputs;
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, samples, out, in, 1, x, in, w, in, 0, z, out);
    cblas_sger(CblasRowMajor, samples, out, 1, ones, 1, b, 1, z, out);
  }

  /** dW^T [outputs, inputs] = dZ^T X and db [outputs] = dZ^T 1: sums over the samples. */
  void parameterGradients(FloatPointer dz, FloatPointer x, FloatPointer dw, FloatPointer db) {
    int in = inputs;
    int out = outputs;
    cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, out, in, samples, 1, dz, out, x, in, 0, dw, in);
    cblas_sgemv(CblasRowMajor, CblasTrans, samples, out, 1, dz, out, ones, 1, 0, db, 1);
  }

  /** dX [samples, inputs] = dZ W^T. */
  void inputGradient(FloatPointer dz, FloatPointer w, FloatPointer dx) {
    int in = inputs;
    int out = outputs;
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, samples, in, out, 1, dz, out, w, in, 0, dx, in);
  }
}
