package dev.lockstep.metrics

import java.nio.file.{Files, Path}
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.FileUtil
import org.apache.iceberg.hadoop.HadoopCatalog
import scala.jdk.CollectionConverters._

/** A Hadoop catalog over a local folder, without Spark. */
object LocalCatalog {
  def open(warehouse: Path): HadoopCatalog = {
    val catalog = new HadoopCatalog()
    catalog.setConf(new Configuration())
    val properties = Map(
      "warehouse" -> warehouse.toUri.toString,
      "lock-impl" -> classOf[LocalCommitLock].getName
    )
    catalog.initialize("lockstep", properties.asJava)
    catalog
  }

  def inTemporaryFolder(body: Path => Unit): Unit = {
    val folder = Files.createTempDirectory("lockstep-warehouse-")
    try body(folder)
    finally FileUtil.fullyDelete(folder.toFile)
  }
}
