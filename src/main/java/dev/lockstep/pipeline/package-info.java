/**
 * The order of a run's steps, run ids and commit points; no maths, no file formats. May use all but
 * job.
 */
package dev.lockstep.pipeline;
