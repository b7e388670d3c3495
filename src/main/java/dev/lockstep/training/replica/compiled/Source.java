package dev.lockstep.training.replica.compiled;

import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Where a dense layer's input x [samples, width] comes from.
 *
 * @param values x in native memory, asked for once a forward pass
 * @param deltas where the loss's derivative with respect to x goes; null if nobody needs it
 */
record Source(Supplier<FloatPointer> values, Panel deltas, int width) {}
