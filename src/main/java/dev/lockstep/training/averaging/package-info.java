/**
 * DL4J's own ParameterAveragingTrainingMaster on prepared rows, to compare with the engine. May use
 * the engine (training) and below.
 */
package dev.lockstep.training.averaging;
