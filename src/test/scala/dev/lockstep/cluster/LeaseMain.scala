package dev.lockstep.cluster

import java.nio.charset.StandardCharsets.UTF_8
import java.time.{Clock, Duration}

import scala.io.Source

import dev.lockstep.storage.lease.{Lease, LeaseHolder, LeaseName, LeaseTerms}
import dev.lockstep.storage.{AtomicDirectory, Store, StoreException}
import org.apache.hadoop.conf.Configuration

/** Takes the lease of a run, then commits a directory for each line that it is told, under that
  * lease; says on stdout what became of it. Ends the lease where its input ends.
  *
  * Arguments: the store, the run id, seconds until a lease expires.
  */
object LeaseMain {
  def main(arguments: Array[String]): Unit = {
    val Array(root, runId, seconds) = arguments
    val store = Store.open(root, new Configuration())
    val lease = Lease.acquire(
      LeaseName.ofRun(store, runId),
      LeaseHolder.ofThisProcess("lease", Clock.systemUTC()),
      LeaseTerms.of(Duration.ofSeconds(seconds.toLong), Duration.ofMinutes(2)),
      line => println(line)
    )
    try {
      println("holds")
      for (name <- Source.stdin.getLines()) println(commit(store.fenced(lease), name))
    } finally lease.close()
  }

  private def commit(store: Store, name: String): String = {
    val directory = AtomicDirectory.begin(store, store.prepared(name))
    try {
      val stream = directory.create("network.zip")
      try stream.write(name.getBytes(UTF_8))
      finally stream.close()
      directory.commit(java.util.Map.of())
      s"committed $name"
    } catch { case refused: StoreException => refused.getMessage }
    finally directory.close()
  }
}
