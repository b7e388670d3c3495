package dev.lockstep.training.round;

import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A task has one core, so its native code gets one thread: more would fight over the cores of other
 * tasks.
 */
final class NativeThreads {
  private NativeThreads() {}

  static void useOne() {
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    openblas.blas_set_num_threads(1);
  }
}
