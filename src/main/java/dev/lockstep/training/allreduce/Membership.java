package dev.lockstep.training.allreduce;

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
    int worker, String host, int stage, int stageAttempt, Endpoint rendezvous, Terms terms) {}
