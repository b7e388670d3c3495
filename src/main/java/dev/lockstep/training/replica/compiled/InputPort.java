package dev.lockstep.training.replica.compiled;

import org.bytedeco.javacpp.FloatPointer;

/** Where features enter: a dense layer reads them where they lie, any other stage from a signal. */
final class InputPort {
  private final Signal signal;
  private FloatPointer features;

  /**
   * @param signal takes a copy of the features; null where the first stage is a dense layer
   */
  InputPort(Signal signal) {
    this.signal = signal;
  }

  void accept(FloatPointer features) {
    this.features = features;
    if (signal != null) {
      features.get(signal.values().values);
    }
  }

  FloatPointer features() {
    return features;
  }
}
