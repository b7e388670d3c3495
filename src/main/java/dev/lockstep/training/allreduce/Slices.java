package dev.lockstep.training.allreduce;

/**
 * How a vector is dealt out: worker w adds slice w, a piece after another. Slices differ by at most
 * one float, so one of them may have a piece more.
 *
 * @param length of the vector, in floats
 * @param piece the most floats of a piece
 */
record Slices(long length, int workers, int piece) {

  /** Where a worker's slice begins. */
  long from(int worker) {
    return length * worker / workers;
  }

  long size(int worker) {
    return from(worker + 1) - from(worker);
  }

  long longest() {
    return (length + workers - 1) / workers;
  }

  /** Floats of the piece at {@code place} of a worker's slice, maybe none. */
  int count(int worker, long place) {
    return (int) Math.max(0, Math.min(piece, size(worker) - place));
  }
}
