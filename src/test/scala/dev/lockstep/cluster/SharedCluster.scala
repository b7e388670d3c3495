package dev.lockstep.cluster

import java.nio.file.{Files, Path}

import org.apache.commons.io.FileUtils

/** One cluster for all suites of a test run: a part starts when it is first asked for, and ends
  * with the process.
  */
object SharedCluster {
  val home: Path = Path.of("").toAbsolutePath

  private lazy val cluster = {
    val folder = Files.createTempDirectory("lockstep-cluster-")
    val cluster = new LocalCluster(home, folder)
    sys.addShutdownHook {
      cluster.stop()
      FileUtils.deleteDirectory(folder.toFile)
    }
    cluster
  }

  /** With at least these parts alive. */
  def apply(parts: String*): LocalCluster = synchronized {
    cluster.start(parts)
    cluster
  }
}
