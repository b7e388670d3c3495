package dev.lockstep.training.allreduce;

/**
 * The way to one other worker and back, driven by the worker's own thread: nothing here blocks. In
 * a sum both ends name the same stretches of floats in the same order; the sender offers them as
 * they become final, the receiver takes them as they arrive.
 */
abstract class Link implements AutoCloseable {
  private final int peer;
  private final Stretches outgoing = new Stretches();
  private final Stretches incoming = new Stretches();
  private long offered;
  private long sentBefore;

  Link(int peer) {
    this.peer = peer;
  }

  final int peer() {
    return peer;
  }

  final Stretches outgoing() {
    return outgoing;
  }

  final Stretches incoming() {
    return incoming;
  }

  /** Begins a sum; the last one is {@link #settled}. */
  void begin() {
    sentBefore += offered;
    offered = 0;
    outgoing.clear();
    incoming.clear();
  }

  /** Names the next floats to send. */
  void post(Memory memory, long from, long to) {
    outgoing.add(memory, from, to);
  }

  /** Names the next floats to get, and where to put them if they are not in memory already. */
  void expect(Memory memory, long from, long to) {
    incoming.add(memory, from, to);
  }

  /**
   * The next floats of what is posted are final: they may go, and stay as they are till settled.
   */
  void offer(long floats) {
    offered += floats;
  }

  final long offered() {
    return offered;
  }

  /** Floats offered over the link's life, in bytes. */
  final long bytesSent() {
    return (sentBefore + offered) * Float.BYTES;
  }

  /** How many floats of the sum have arrived. */
  abstract long arrived();

  /** Where the arrived float at {@code position} lies. */
  abstract Memory.Span locate(long position, Memory.Span span);

  /** Whether floats up to {@code position} of the outgoing ones may be overwritten. */
  abstract boolean sent(long position);

  /** The floats before {@code position} are used and may be overwritten by their owner. */
  abstract void release(long position);

  /**
   * Moves what can be moved at once.
   *
   * @return whether anything moved
   * @throws PeerLostException if the other end is gone while something is still to come or to go
   */
  abstract boolean drive();

  /** Says to the selector what this link waits for. */
  abstract void arm();

  /** Whether something is still to come from the other end, or to be taken by it. */
  final boolean isOpen() {
    return arrived() < incoming.length() || !settled();
  }

  /** Whether all that was offered has left: its memory is free. */
  final boolean settled() {
    return sent(offered);
  }

  @Override
  public abstract void close();
}
