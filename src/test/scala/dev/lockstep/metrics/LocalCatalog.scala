package dev.lockstep.metrics

import java.nio.file.{Files, Path}
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.FileUtil
import org.apache.iceberg.hadoop.HadoopCatalog
import scala.jdk.CollectionConverters._

/** A Hadoop catalog, without Spark. */
object LocalCatalog {

  /** Over a local folder. */
  def open(warehouse: Path): HadoopCatalog =
    open(
      warehouse.toUri.toString,
      new Configuration(),
      "lock-impl" -> classOf[LocalCommitLock].getName
    )

  def open(warehouse: String, hadoop: Configuration, more: (String, String)*): HadoopCatalog = {
    val catalog = new HadoopCatalog()
    catalog.setConf(hadoop)
    catalog.initialize("lockstep", (Map("warehouse" -> warehouse) ++ more).asJava)
    catalog
  }

  def inTemporaryFolder(body: Path => Unit): Unit = {
    val folder = Files.createTempDirectory("lockstep-warehouse-")
    try body(folder)
    finally FileUtil.fullyDelete(folder.toFile)
  }
}
