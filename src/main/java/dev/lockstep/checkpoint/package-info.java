/** Training state as atomic directories. May use storage, network and below. */
package dev.lockstep.checkpoint;
