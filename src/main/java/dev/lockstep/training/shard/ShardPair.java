package dev.lockstep.training.shard;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A shard's training samples and its validation samples; the latter may be none. A class, not a
 * record, because Spark may have to write it with Kryo 4; which then has to leave it to Java, as
 * blocks of memory have no fields.
 */
@DefaultSerializer(JavaSerializer.class)
public final class ShardPair implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SampleBlock training;
  private final SampleBlock validation;

  ShardPair(SampleBlock training, SampleBlock validation) {
    this.training = training;
    this.validation = validation;
  }

  public SampleBlock training() {
    return training;
  }

  public SampleBlock validation() {
    return validation;
  }
}
