package dev.lockstep.training.replica.compiled;

/**
 * What flows between layers for one micro-batch: stages change both in place.
 *
 * @param values [samples, width], on the way forward
 * @param deltas [samples, width], the loss's derivative with respect to the values, on the way back
 */
record Signal(Panel values, Panel deltas) {
  Signal(int samples, int width) {
    this(new Panel(samples, width), new Panel(samples, width));
  }

  int samples() {
    return values.rows;
  }

  int width() {
    return values.width;
  }
}
