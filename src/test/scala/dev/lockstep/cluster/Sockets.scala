package dev.lockstep.cluster

import java.net.{InetAddress, ServerSocket, Socket, SocketTimeoutException}
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.{Failure, Try, Using}

/** The TCP sockets of this machine's processes, as Linux shows them. */
object Sockets {
  private val descriptor = "socket:\\[(\\d+)\\]".r
  private val established = "01"
  private val listen = "0A"

  /** The ports that a process of this user listens on. */
  def listening(handle: ProcessHandle): Seq[Int] = of(handle, listen).map(_._1)

  /** The connections between two processes of one machine: the one's port and the other's. */
  def between(one: ProcessHandle, other: ProcessHandle): Seq[(Int, Int)] = {
    val others = of(other, established).toSet
    of(one, established).filter(ports => others(ports.swap))
  }

  /** Ends connections at both ends, for which neither process has asked; whether root may do that
    * here, [[mayCut]] says.
    */
  def cut(connections: Seq[(Int, Int)]): Unit =
    for {
      ports <- connections
      (own, peer) <- Seq(ports, ports.swap)
    } new ProcessBuilder("ss", "-Kt", "sport", "=", s":$own", "dport", "=", s":$peer")
      .redirectErrorStream(true)
      .redirectOutput(ProcessBuilder.Redirect.DISCARD)
      .start()
      .waitFor()

  /** Tried on a connection of this process: it needs root, iproute2, and a kernel that lets it. */
  lazy val mayCut: Boolean = Using
    .Manager { use =>
      val server = use(new ServerSocket(0, 1, InetAddress.getLoopbackAddress))
      val caller = use(new Socket(server.getInetAddress, server.getLocalPort))
      use(server.accept())
      caller.setSoTimeout(1000)
      cut(Seq(caller.getLocalPort -> server.getLocalPort))
      Try(caller.getInputStream.read()) match {
        case Failure(_: SocketTimeoutException) => false
        case _                                  => true
      }
    }
    .getOrElse(false)

  /** Own port and peer's of each socket in a state. */
  private def of(handle: ProcessHandle, state: String): Seq[(Int, Int)] = {
    val folder = Path.of("/proc", handle.pid.toString)
    val own = Option(folder.resolve("fd").toFile.list).toSeq.flatten
      .flatMap(name => Try(Files.readSymbolicLink(folder.resolve("fd").resolve(name))).toOption)
      .map(_.toString)
      .collect { case descriptor(inode) => inode }
      .toSet
    for {
      table <- Seq("tcp", "tcp6").map(folder.resolve("net").resolve(_))
      line <- Try(Files.readAllLines(table).asScala.toSeq).getOrElse(Seq("")).tail
      columns = line.trim.split(" +")
      if columns(3) == state && own(columns(9))
    } yield port(columns(1)) -> port(columns(2))
  }

  private def port(address: String): Int = Integer.parseInt(address.split(":").last, 16)
}
