/**
 * What nobody needs any more: found, said, and removed if asked to. May use metrics, checkpoint,
 * storage and below.
 */
package dev.lockstep.maintenance;
