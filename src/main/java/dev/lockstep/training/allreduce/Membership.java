package dev.lockstep.training.allreduce;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which attempt of a round to join as whom.
 *
 * @param worker from 0
 * @param host this executor's own address: the only one that is listened on
 * @param stage Spark's number of the barrier stage
 * @param stageAttempt Spark's count of its attempts
 * @param rendezvous where the driver listens
 */
public record Membership(
    int worker, String host, int stage, int stageAttempt, Endpoint rendezvous, Terms terms) {

  /** The attempt as both ends of a link must know it. */
  byte[] attempt() {
    return attempt(terms, stage, stageAttempt);
  }

  static byte[] attempt(Terms terms, int stage, int stageAttempt) {
    byte[] round = terms.round().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 * Integer.BYTES + round.length)
        .putInt(stage)
        .putInt(stageAttempt)
        .put(round)
        .array();
  }
}
