package dev.lockstep.checkpoint;

import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkState;

/** All that a run needs to go on: the network, its state, and how far the run is. */
public record Checkpoint(Blueprint blueprint, NetworkState state, Progress progress) {}
