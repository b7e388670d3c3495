package dev.lockstep.training.shard;

import java.io.Serializable;

/**
 * The samples of one shard as flat arrays, sample k at {@code features[k * width ..]}. A class, not
 * a record, because Spark may have to write it with Kryo 4.
 */
public final class ShardBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int shard;
  private final float[] features;
  private final float[] labels;

  /**
   * @param shard the shard's number
   * @param features [samples * width], row by row
   * @param labels [samples]: the class index or the real label
   */
  public ShardBlock(int shard, float[] features, float[] labels) {
    this.shard = shard;
    this.features = features;
    this.labels = labels;
  }

  public int shard() {
    return shard;
  }

  public float[] features() {
    return features;
  }

  public float[] labels() {
    return labels;
  }

  public int samples() {
    return labels.length;
  }
}
