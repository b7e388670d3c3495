package dev.lockstep.training.allreduce;

import java.io.Serializable;
import java.net.InetSocketAddress;

/** Where somebody listens. */
public record Endpoint(String host, int port) implements Serializable {
  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
