package dev.lockstep.training.allreduce;

/**
 * The link to another worker is gone: it failed, was killed, or closed its end because a third one
 * did.
 */
public final class PeerLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int worker;

  public PeerLostException(int worker, Throwable cause) {
    super("Failed to exchange gradients: worker " + worker + " is gone", cause);
    this.worker = worker;
  }

  /** The one that is gone. */
  public int worker() {
    return worker;
  }
}
