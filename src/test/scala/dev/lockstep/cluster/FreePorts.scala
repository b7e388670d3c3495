package dev.lockstep.cluster

import java.net.{InetAddress, InetSocketAddress, ServerSocket}

import scala.util.{Random, Using}

/** Ports of 127.0.0.1 that nobody listens on, below those that the system deals to outgoing
  * connections, which could otherwise take one before its process does.
  */
object FreePorts {
  private val lowest = 20000
  private val highest = 32000

  def take(count: Int): Seq[Int] =
    Stream
      .continually(lowest + Random.nextInt(highest - lowest))
      .distinct
      .filter(isFree)
      .take(count)
      .toList

  def isFree(port: Int): Boolean =
    Using(new ServerSocket) { socket =>
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress, port))
    }.isSuccess
}
