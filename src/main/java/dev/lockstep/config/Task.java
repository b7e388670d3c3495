package dev.lockstep.config;

/** What the label is, and so which output layer, loss and metrics a network gets. */
public enum Task {
  /** A label of two classes, 0 and 1: one sigmoid unit, binary cross-entropy. */
  BINARY,
  /** A label of K classes, 0 to K - 1: K softmax units, cross-entropy. */
  MULTICLASS,
  /** A real label: one identity unit, squared error. */
  REGRESSION
}
