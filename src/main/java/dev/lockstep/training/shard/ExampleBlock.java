package dev.lockstep.training.shard;

/**
 * The examples of one shard. A class, not a record, because Spark may have to write it with Kryo 4.
 */
public final class ExampleBlock implements SampleBlock {
  private static final long serialVersionUID = 1L;

  private final int shard;
  private final Example[] examples;

  public ExampleBlock(int shard, Example[] examples) {
    this.shard = shard;
    this.examples = examples;
  }

  @Override
  public int shard() {
    return shard;
  }

  @Override
  public int samples() {
    return examples.length;
  }

  @Override
  public long bytes() {
    return 0;
  }

  public Example example(int index) {
    return examples[index];
  }
}
