package dev.lockstep.training.shard;

import java.io.Serializable;

/**
 * One array of one example. A class, not a record, because Spark may have to write it with Kryo 4.
 */
public final class ExampleArray implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int[] shape;
  private final float[] values;

  /**
   * @param shape without the dimension of the batch; a sequence is [channels, time steps]
   * @param values row-major
   */
  public ExampleArray(int[] shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  public int[] shape() {
    return shape;
  }

  public float[] values() {
    return values;
  }

  /** Sequences alone may differ in a size from example to example: in their time steps. */
  public boolean isSequence() {
    return shape.length == 2;
  }

  /** Time steps of a sequence or of a mask. */
  public int lastSize() {
    return shape[shape.length - 1];
  }
}
