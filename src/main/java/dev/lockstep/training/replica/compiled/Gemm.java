package dev.lockstep.training.replica.compiled;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The three products of a dense layer. DL4J keeps W of shape [inputs, outputs] in column-major order, which is W^T of
 * shape [outputs, inputs] in row-major order.
 */
final class Gemm {
  private final int samples;
  private final int inputs;
  private final int outputs;

  Gemm(int samples, int inputs, int outputs) {
    this.samples = samples;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** Z [samples, outputs] = X W. */
  void forward(FloatPointer x, FloatPointer w, FloatPointer z) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasTrans,
        samples,
        outputs,
        inputs,
        1,
        x,
        inputs,
        w,
        inputs,
        0,
        z,
        outputs);
  }

  /** dW^T [outputs, inputs] = dZ^T X: summed over the samples. */
  void weightGradient(FloatPointer dz, FloatPointer x, FloatPointer dw) {
    cblas_sgemm(
        CblasRowMajor,
        CblasTrans,
        CblasNoTrans,
        outputs,
        inputs,
        samples,
        1,
        dz,
        outputs,
        x,
        inputs,
        0,
        dw,
        inputs);
  }

  /** dX [samples, inputs] = dZ W^T. */
  void inputGradient(FloatPointer dz, FloatPointer w, FloatPointer dx) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        samples,
        inputs,
        outputs,
        1,
        dz,
        outputs,
        w,
        inputs,
        0,
        dx,
        inputs);
  }
}
