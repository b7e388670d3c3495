/** Mains: arguments to config to Spark to pipeline to exit code. May use every package below. */
package dev.lockstep.job;
