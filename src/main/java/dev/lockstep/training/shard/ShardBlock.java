package dev.lockstep.training.shard;

import java.io.Serializable;

/**
 * The samples of one shard as flat arrays, sample k at {@code features[k * width ..]}.
 *
 * @param shard the shard's number
 * @param width features of a sample
 * @param features [samples * width], row by row
 * @param labels [samples]: the class index or the real label
 */
@SuppressWarnings("ArrayRecordComponent") // a cache of samples: never compared
public record ShardBlock(int shard, int width, float[] features, float[] labels)
    implements Serializable {

  public ShardBlock {
    if (features.length != (long) labels.length * width) {
      throw new IllegalArgumentException(
          "Invalid shard "
              + shard
              + ": "
              + features.length
              + " values (must be "
              + labels.length
              + " samples of "
              + width
              + ")");
    }
  }

  public int samples() {
    return labels.length;
  }
}
