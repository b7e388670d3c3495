package dev.lockstep.training.allreduce;

import java.io.Serializable;
import java.time.Duration;

/**
 * What driver and workers of one attempt of a round have agreed on.
 *
 * @param round names the attempt, for instance by application, epoch and iteration
 * @param key the attempt's own secret
 * @param workers W
 * @param privacy of what passes between processes
 * @param route between workers of one process
 * @param timeout how long nothing may move before the round is given up
 */
public record Terms(
    String round, StageKey key, int workers, Privacy privacy, Route route, Duration timeout)
    implements Serializable {

  /** Whether what passes between processes can be read on its way. */
  public enum Privacy {
    PLAIN,
    /** AES-GCM under keys that follow from the attempt's. */
    ENCRYPTED
  }

  /** How workers of one process reach each other; others always take a socket. */
  public enum Route {
    MEMORY,
    SOCKET
  }
}
