package dev.lockstep.training.allreduce;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * The driver's side of how a round's workers find each other: each tells where it listens, and once
 * all have, each is told where the others do. Then worker 0 says now and then how far it is.
 *
 * <p>Spark's barrier context has an allGather for this, but it sleeps in steps of a second
 * (BarrierTaskContext of Spark 3.5), which a round of an epoch may not last. This takes
 * milliseconds.
 */
public final class Rendezvous implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ServerSocketChannel server;
  private final Endpoint endpoint;
  private final Handshake handshake;
  private final SocketChannel[] workers;
  private final Progress progress;

  private Rendezvous(
      ServerSocketChannel server, Endpoint endpoint, StageKey key, int workers, Progress progress) {
    this.server = server;
    this.endpoint = endpoint;
    this.handshake = new Handshake(key, TIMEOUT);
    this.workers = new SocketChannel[workers];
    this.progress = progress;
  }

  /** Hears of a round's progress; called from another thread. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param iteration updates done, over the whole run
     * @param loss a recent mean loss of worker 0's samples
     */
    void at(int iteration, double loss);
  }

  /**
   * Listens on a free port.
   *
   * @param bind the driver's own address
   * @param host the driver's address as its executors know it
   */
  public static Rendezvous open(
      String bind, String host, StageKey key, int workers, Progress progress) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(bind, 0));
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    Rendezvous rendezvous =
        new Rendezvous(server, new Endpoint(host, port), key, workers, progress);
    Thread thread = new Thread(rendezvous::serve, "lockstep-rendezvous");
    thread.setDaemon(true);
    thread.start();
    return rendezvous;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** Ends it; workers that still wait for others fail at once. */
  @Override
  public synchronized void close() throws IOException {
    server.close();
    for (SocketChannel worker : workers) {
      if (worker != null) {
        worker.close();
      }
    }
  }

  private void serve() {
    try {
      Endpoint[] endpoints = new Endpoint[workers.length];
      for (int arrived = 0; arrived < workers.length; ) {
        arrived += greet(endpoints) ? 1 : 0;
      }
      for (SocketChannel worker : workers) {
        DataOutputStream out = new DataOutputStream(worker.socket().getOutputStream());
        for (Endpoint known : endpoints) {
          out.writeUTF(known.host());
          out.writeInt(known.port());
        }
        out.flush();
      }
      followProgress(new DataInputStream(workers[0].socket().getInputStream()));
    } catch (IOException e) {
      // The round is over, or failed: its tasks say why.
      return;
    }
  }

  /** True when a new worker of this round came; strangers are sent away. */
  private boolean greet(Endpoint[] endpoints) throws IOException {
    SocketChannel channel = server.accept();
    try {
      int worker = handshake.accept(channel);
      DataInputStream in = new DataInputStream(channel.socket().getInputStream());
      Endpoint told = new Endpoint(in.readUTF(), in.readInt());
      synchronized (this) {
        boolean fresh = workers[worker] == null;
        workers[worker] = channel;
        endpoints[worker] = told;
        return fresh;
      }
    } catch (IOException e) {
      channel.close();
      return false;
    }
  }

  private void followProgress(DataInputStream in) throws IOException {
    try {
      while (true) {
        progress.at(in.readInt(), in.readDouble());
      }
    } catch (EOFException e) {
      return;
    }
  }
}
