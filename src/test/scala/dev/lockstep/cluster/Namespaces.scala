package dev.lockstep.cluster

import scala.sys.process.{Process, ProcessLogger}
import scala.util.Try

/** Two network namespaces of the kernel, one for each Spark worker, on a bridge with this machine:
  * as two hosts on a switch, which can stop passing on what they send each other. For root alone.
  */
final class Namespaces extends Network with AutoCloseable {
  import Namespaces._

  // Names and addresses that other test runs on this machine do not have.
  private val id = ProcessHandle.current.pid
  private val subnet = s"10.${200 + id / 256 % 50}.${id % 256}"
  private val bridge = s"lsb$id"
  private val names = Seq(s"lockstep-$id-1", s"lockstep-$id-2")
  private val plugs = Seq(s"lsa$id", s"lsc$id")

  override val host = s"$subnet.1"
  override val workers: Seq[Network.Site] = names.zip(Seq(2, 3)).map { case (name, last) =>
    Network.Site(s"$subnet.$last", Seq("ip", "netns", "exec", name))
  }

  try {
    ip(s"link add $bridge type bridge")
    ip(s"addr add $host/24 dev $bridge")
    ip(s"link set $bridge up")
    for (((name, plug), site) <- names.zip(plugs).zip(workers)) {
      ip(s"netns add $name")
      ip(s"link add $plug type veth peer name eth0 netns $name")
      ip(s"link set $plug master $bridge up")
      ip(s"-n $name addr add ${site.host}/24 dev eth0")
      ip(s"-n $name link set eth0 up")
      ip(s"-n $name link set lo up")
    }
  } catch {
    case failure: IllegalStateException =>
      close()
      throw failure
  }

  /** Nothing passes between the two workers any more; each still reaches this machine. */
  def part(): Unit = isolate("on")

  def join(): Unit = isolate("off")

  override def close(): Unit =
    (s"link del $bridge" +: names.map(name => s"netns del $name")).foreach(line => Try(ip(line)))

  private def isolate(state: String): Unit =
    plugs.foreach(plug => ip(s"link set dev $plug type bridge_slave isolated $state"))
}

object Namespaces {

  /** Why there are none here, if so. */
  def open(): Either[String, Namespaces] =
    Try(new Namespaces).toEither.left.map(failure => s"no namespaces: ${failure.getMessage}")

  private def ip(arguments: String): Unit = {
    var said = Seq.empty[String]
    val status = Try(Process(s"ip $arguments").!(ProcessLogger(line => said :+= line))).getOrElse(1)
    if (status != 0)
      throw new IllegalStateException(s"Failed to run ip $arguments: ${said.mkString(" ")}")
  }
}
