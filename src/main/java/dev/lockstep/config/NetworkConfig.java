package dev.lockstep.config;

import java.util.List;
import java.util.Optional;

/**
 * The network: exactly one of layers, DL4J file, Keras file.
 *
 * @param layers the hidden layers, input to output; the output layer and loss follow from the task
 * @param dl4j a file of DL4J's configuration JSON, output layer included
 * @param keras a Keras HDF5 file, output layer included
 * @param l1 L1 coefficient on weights, for each layer without its own
 * @param l2 L2 coefficient on weights, for each layer without its own
 * @param weightInit DL4J's name of the weights' first distribution, lower case with '-': xavier,
 *     relu, lecun-normal, …
 */
public record NetworkConfig(
    List<LayerConfig> layers,
    Optional<String> dl4j,
    Optional<String> keras,
    double l1,
    double l2,
    String weightInit) {}
