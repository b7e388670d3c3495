package dev.lockstep.training.shard;

import java.io.Serializable;

/** The samples of one shard, by index. */
public interface SampleBlock extends Serializable {

  /** The shard's number. */
  int shard();

  int samples();

  /** What lies outside the heap: the file space of the samples that are mapped. */
  long bytes();
}
