package dev.lockstep.training.allreduce;

import dev.lockstep.training.replica.FlatVector;
import java.io.EOFException;
import java.util.function.Function;

/**
 * A link to a worker of the same process: each reads the other's vectors where they are. Nothing is
 * copied to be sent, so a sum is not settled before the other end has read what it was offered.
 */
final class MemoryLink extends Link {
  private final Pipe out;
  private final Pipe in;
  private final Function<FlatVector, Memory> windows;
  private long outBefore;
  private long inBefore;

  /**
   * @param out what this worker shows the other
   * @param in what the other shows this one
   * @param windows this thread's own window on a vector
   */
  MemoryLink(int peer, Pipe out, Pipe in, Function<FlatVector, Memory> windows) {
    super(peer);
    this.out = out;
    this.in = in;
    this.windows = windows;
  }

  @Override
  void begin() {
    outBefore += offered();
    inBefore += incoming().length();
    super.begin();
  }

  @Override
  void post(Memory memory, long from, long to) {
    out.describe(outgoing().count(), memory.vector(), from);
    super.post(memory, from, to);
  }

  @Override
  void offer(long floats) {
    if (floats > 0) {
      super.offer(floats);
      out.offer(outBefore + offered());
    }
  }

  @Override
  long arrived() {
    return in.offered() - inBefore;
  }

  @Override
  Memory.Span locate(long position, Memory.Span span) {
    int index = incoming().at(position);
    long offset = position - incoming().start(index);
    return span.at(windows.apply(in.vector(index)), in.from(index) + offset);
  }

  @Override
  boolean sent(long position) {
    return out.released() >= outBefore + position;
  }

  @Override
  void release(long position) {
    if (in.released() < inBefore + position) {
      in.release(inBefore + position);
    }
  }

  @Override
  boolean drive() {
    boolean closed = in.isClosed() || out.isClosed();
    if (closed && isOpen()) {
      throw new PeerLostException(peer(), new EOFException("it has left"));
    }
    return false;
  }

  @Override
  void arm() {
    // The other end rings.
  }

  @Override
  public void close() {
    out.close();
    in.close();
  }
}
