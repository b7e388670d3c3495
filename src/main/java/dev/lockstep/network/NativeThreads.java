package dev.lockstep.network;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * A Spark task has one core, so its native code gets one thread: more would fight over the cores of
 * other tasks, and could split a product differently.
 */
public final class NativeThreads {
  private NativeThreads() {}

  /** Sets the process's native libraries to one thread a caller. */
  public static void useOne() {
    Nd4j.getEnvironment().setMaxThreads(1);
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    Nd4j.factory().blas().setMaxThreads(1);
  }
}
