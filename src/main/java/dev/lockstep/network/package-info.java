/** Config, DL4J JSON or Keras to a DL4J network. May use config and plan. */
package dev.lockstep.network;
