package dev.lockstep.training.round;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;
import dev.lockstep.training.allreduce.Endpoint;
import dev.lockstep.training.allreduce.Terms;
import dev.lockstep.training.replica.BatchFormat;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/** All that a worker is told about a round. */
record RoundTask(
    Round round,
    Blueprint blueprint,
    BatchFormat format,
    Broadcast<Packed<NetworkState>> state,
    Endpoint rendezvous,
    Terms terms)
    implements Serializable {}
