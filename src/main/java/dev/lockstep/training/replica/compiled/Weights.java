package dev.lockstep.training.replica.compiled;

/**
 * A layer's place in the network's flat vectors.
 *
 * @param parameters of the whole network
 * @param gradient of the whole network, in the same order
 * @param offset of the layer's first parameter in both
 */
record Weights(FlatMemory parameters, FlatMemory gradient, int offset) {}
