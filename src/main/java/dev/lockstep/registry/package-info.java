/** Model versions. May use metrics, checkpoint, storage, network and below. */
package dev.lockstep.registry;
