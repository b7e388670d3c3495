package dev.lockstep.training.replica.update;

/**
 * Neighbouring parameters that are treated alike.
 *
 * @param from the first, in the flat vector
 * @param to the one after the last
 * @param counted whether the norms count it: it has a gradient in the true sense
 */
record Stretch(int from, int to, boolean counted, Penalty penalty) {

  boolean joins(Stretch next) {
    return to == next.from && counted == next.counted && penalty.equals(next.penalty);
  }

  Stretch join(Stretch next) {
    return new Stretch(from, next.to, counted, penalty);
  }
}
