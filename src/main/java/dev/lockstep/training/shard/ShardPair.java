package dev.lockstep.training.shard;

import java.io.Serializable;

/** A shard's training samples and its validation samples; the latter may be none. */
public record ShardPair(ShardBlock training, ShardBlock validation) implements Serializable {}
