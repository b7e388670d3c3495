package dev.lockstep.training.round;

import dev.lockstep.network.NetworkState;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The state that a round begins with, for those workers whose process does not have it left (see
 * {@link LastState}): in the first round all, later those of new executors. It is broadcast once,
 * when the first of them asks.
 */
final class StateSource implements AutoCloseable {
  private final JavaSparkContext spark;
  private final NetworkState state;
  private Broadcast<Packed<NetworkState>> broadcast;
  private boolean closed;

  StateSource(JavaSparkContext spark, NetworkState state) {
    this.spark = spark;
    this.state = state;
  }

  /** What a worker finds the state by; from any thread. */
  synchronized byte[] handle() {
    if (closed) {
      throw new IllegalStateException("Cannot give a round's state: the round is over");
    }
    if (broadcast == null) {
      broadcast = spark.broadcast(Packed.of(state));
    }
    return Packed.of(broadcast).bytes();
  }

  /** On a worker: the state that the driver gave a handle of. */
  static NetworkState fetch(byte[] handle) {
    return Packed.<Broadcast<Packed<NetworkState>>>ofBytes(handle).unpack().value().unpack();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (broadcast != null) {
      broadcast.destroy();
    }
  }
}
