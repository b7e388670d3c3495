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

  private final ShardBlock training;
  private final ShardBlock validation;

  ShardPair(ShardBlock training, ShardBlock validation) {
    this.training = training;
    this.validation = validation;
  }

  public ShardBlock training() {
    return training;
  }

  public ShardBlock validation() {
    return validation;
  }
}
