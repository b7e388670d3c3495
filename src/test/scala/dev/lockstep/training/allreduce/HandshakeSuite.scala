package dev.lockstep.training.allreduce

import dev.lockstep.training.allreduce.Terms.Privacy
import java.io.IOException
import java.net.{InetSocketAddress, Socket, SocketException, SocketTimeoutException}
import java.nio.channels.ServerSocketChannel
import java.time.Duration
import java.util.concurrent.{CompletableFuture, TimeUnit}
import org.scalatest.funsuite.AnyFunSuite
import scala.util.Try

class HandshakeSuite extends AnyFunSuite with Workers {
  private val shared = terms(3, privacy = Privacy.ENCRYPTED)

  /** What both ends of a connection make of it: `caller` means to call `callee`, and `self` hears.
    */
  private def ends(caller: Int, callee: Int, self: Int): (Try[Line], Try[Line]) = {
    val server = ServerSocketChannel.open().bind(new InetSocketAddress(host, 0))
    try {
      val heard = CompletableFuture.supplyAsync { () =>
        val channel = server.accept()
        val line = Try(new Line(new Handshake(shared, self).accept(channel)))
        if (line.isFailure) channel.close()
        line
      }
      val endpoint = new Endpoint(host, server.socket.getLocalPort)
      val member = new Membership(caller, host, 3, 0, endpoint, shared)
      val called = Try(new Line(new Handshake(shared, caller).call(endpoint, callee, member)))
      (called, heard.get(20, TimeUnit.SECONDS))
    } finally server.close()
  }

  test("who means each other agree, and understand each other") {
    for ((caller, callee) <- Seq((2, 0), (1, Handshake.DRIVER))) {
      val (called, heard) = ends(caller, callee, callee)
      called.get.send("up".getBytes("US-ASCII"))
      heard.get.send("down".getBytes("US-ASCII"))
      assert(new String(heard.get.receive(), "US-ASCII") == "up")
      assert(new String(called.get.receive(), "US-ASCII") == "down")
      called.get.close()
      heard.get.close()
    }
  }

  test("a call that was led to another worker, or to the driver, is refused at both ends") {
    for ((callee, self) <- Seq((0, 1), (0, Handshake.DRIVER), (Handshake.DRIVER, 0))) {
      val (called, heard) = ends(2, callee, self)
      assert(called.failed.get.isInstanceOf[IOException])
      assert(heard.failed.get.getMessage.startsWith("Invalid proof: "))
    }
  }

  test("a caller who says a byte now and then is sent away as soon as one who says nothing") {
    val handshake = new Handshake(shared, 0, Duration.ofMillis(300))
    val reception = new Reception(host, handshake, _ => fail("a stranger was let in"))
    val slow = new Socket()
    try {
      slow.connect(new InetSocketAddress(host, reception.port), 5000)
      slow.getInputStream.readNBytes(16)
      slow.setSoTimeout(100) // less than the handshake's timeout
      var said = 0
      var heard = 1
      while (heard > 0 && said < 60) { // a whole frame has as many, and takes 6 s
        try {
          slow.getOutputStream.write(0)
          said += 1
          heard = slow.getInputStream.read()
        } catch {
          case _: SocketTimeoutException => ()
          case _: SocketException        => heard = -1
        }
      }
      assert(heard == -1 && said < 60)
    } finally {
      slow.close()
      reception.close()
    }
  }
}
