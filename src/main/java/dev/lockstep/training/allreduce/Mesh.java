package dev.lockstep.training.allreduce;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A worker's links to all other workers of its round, and its line to the driver. Lives and dies
 * with the task: closing it makes the others' next read or write fail, so that nobody hangs.
 */
public final class Mesh implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int SOCKET_BUFFER_BYTES = 1 << 19;

  private final int worker;
  private final Link[] links;
  private final SocketChannel driver;

  private Mesh(int worker, Link[] links, SocketChannel driver) {
    this.worker = worker;
    this.links = links;
    this.driver = driver;
  }

  /**
   * Which round to join as whom.
   *
   * @param host this executor's own address: the only one that is listened on
   */
  public record Membership(
      int worker, int workers, String host, Endpoint rendezvous, StageKey key) {}

  /** Meets the others: calls the workers before this one and is called by those after it. */
  public static Mesh join(Membership member) throws IOException {
    Link[] links = new Link[member.workers()];
    Handshake handshake = new Handshake(member.key(), TIMEOUT);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
      server.bind(new InetSocketAddress(member.host(), 0));
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      SocketChannel driver = call(member.rendezvous(), handshake, member.worker());
      Mesh mesh = new Mesh(member.worker(), links, driver);
      try {
        Endpoint[] endpoints = mesh.introduce(new Endpoint(member.host(), port), member.workers());
        for (int peer = 0; peer < member.worker(); peer++) {
          links[peer] = new Link(peer, call(endpoints[peer], handshake, member.worker()));
        }
        for (int missing = member.workers() - 1 - member.worker(); missing > 0; ) {
          missing -= greet(server, handshake, links, member.worker()) ? 1 : 0;
        }
        return mesh;
      } catch (IOException | RuntimeException e) {
        mesh.close();
        throw e;
      }
    }
  }

  public int worker() {
    return worker;
  }

  public int workers() {
    return links.length;
  }

  Link link(int peer) {
    return links[peer];
  }

  /** Bytes that this worker sent to the others. */
  public long bytesSent() {
    long sum = 0;
    for (Link link : links) {
      sum += link == null ? 0 : link.bytesSent();
    }
    return sum;
  }

  /** Tells the driver how far this worker is: 12 bytes, now and then. */
  public void report(int iteration, double loss) {
    try {
      DataOutputStream out = new DataOutputStream(driver.socket().getOutputStream());
      out.write(
          java.nio.ByteBuffer.allocate(Integer.BYTES + Double.BYTES)
              .putInt(iteration)
              .putDouble(loss)
              .array());
    } catch (IOException e) {
      throw new IllegalStateException("Failed to reach the driver: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    driver.close();
    for (Link link : links) {
      if (link != null) {
        link.close();
      }
    }
  }

  private Endpoint[] introduce(Endpoint own, int workers) throws IOException {
    DataOutputStream out = new DataOutputStream(driver.socket().getOutputStream());
    out.writeUTF(own.host());
    out.writeInt(own.port());
    out.flush();
    DataInputStream in = new DataInputStream(driver.socket().getInputStream());
    Endpoint[] endpoints = new Endpoint[workers];
    for (int peer = 0; peer < workers; peer++) {
      endpoints[peer] = new Endpoint(in.readUTF(), in.readInt());
    }
    return endpoints;
  }

  /** True when a worker after this one came; strangers are sent away. */
  private static boolean greet(
      ServerSocketChannel server, Handshake handshake, Link[] links, int self) throws IOException {
    SocketChannel channel = server.accept();
    try {
      tune(channel);
      int peer = handshake.accept(channel);
      if (peer <= self || peer >= links.length || links[peer] != null) {
        throw new IOException("Unknown worker: " + peer);
      }
      links[peer] = new Link(peer, channel);
      return true;
    } catch (IOException e) {
      channel.close();
      return false;
    }
  }

  private static SocketChannel call(Endpoint endpoint, Handshake handshake, int worker)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      tune(channel);
      channel.socket().connect(endpoint.address(), Math.toIntExact(TIMEOUT.toMillis()));
      handshake.call(channel, worker);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw new IOException("Failed to connect to " + endpoint + ": " + e.getMessage(), e);
    }
  }

  private static void tune(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BUFFER_BYTES);
  }
}
