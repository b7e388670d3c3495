package dev.lockstep.training.round;

import dev.lockstep.network.Blueprint;
import dev.lockstep.training.allreduce.Endpoint;
import dev.lockstep.training.allreduce.Terms;
import dev.lockstep.training.replica.BatchFormat;
import java.io.Serializable;

/**
 * All that a worker is told about a round.
 *
 * @param stateSha256 of the state that it begins with
 */
record RoundTask(
    Round round,
    Blueprint blueprint,
    BatchFormat format,
    String stateSha256,
    Endpoint rendezvous,
    Terms terms)
    implements Serializable {}
