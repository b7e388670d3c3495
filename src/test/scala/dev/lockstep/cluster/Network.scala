package dev.lockstep.cluster

/** Where a cluster's processes are found. */
trait Network {

  /** All servers but Spark's workers listen there; so do drivers. */
  def host: String

  /** Spark's workers and their executors. */
  def workers: Seq[Network.Site]
}

object Network {

  /** @param prefix
    *   starts a command there
    */
  final case class Site(host: String, prefix: Seq[String] = Nil)

  /** Everything in one place. */
  object Loopback extends Network {
    override val host = "127.0.0.1"
    override val workers: Seq[Site] = Seq.fill(2)(Site(host))
  }
}
