package dev.lockstep.training.shard;

import java.io.Serializable;

/** A prepared row, as Spark's bean encoder fills it: without boxing its features. */
public final class Sample implements Serializable {
  private static final long serialVersionUID = 1L;

  private long rowId;
  private float[] features = {};
  private double label;

  public long getRowId() {
    return rowId;
  }

  public void setRowId(long rowId) {
    this.rowId = rowId;
  }

  public float[] getFeatures() {
    return features;
  }

  public void setFeatures(float[] features) {
    this.features = features;
  }

  public double getLabel() {
    return label;
  }

  public void setLabel(double label) {
    this.label = label;
  }
}
