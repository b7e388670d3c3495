/**
 * Training as users of DL4J's Spark modules know it: a TrainingMaster for SparkDl4jMultiLayer and
 * SparkComputationGraph. May use the engine (training) and below; no tables, no checkpoints.
 */
package dev.lockstep.training.dl4j;
