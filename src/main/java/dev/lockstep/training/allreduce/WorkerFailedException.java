package dev.lockstep.training.allreduce;

/** A worker ended an attempt of a round: it threw, was lost, or hung. Another attempt may help. */
public final class WorkerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int worker;
  private final String host;
  private final String reason;

  public WorkerFailedException(int worker, String host, String reason) {
    super("Failed to run round: worker " + worker + " on " + host + ": " + reason);
    this.worker = worker;
    this.host = host;
    this.reason = reason;
  }

  public int worker() {
    return worker;
  }

  public String host() {
    return host;
  }

  /** In one line. */
  public String reason() {
    return reason;
  }
}
