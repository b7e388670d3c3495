package dev.lockstep

import java.nio.file.Files

import dev.lockstep.storage.DirectLocalFileSystem
import org.apache.hadoop.fs.FileUtil
import org.apache.spark.sql.SparkSession
import org.scalatest.{BeforeAndAfterAll, Suite}

/** One local Spark session for all suites of a test run; `spark` starts it when first asked. */
trait SharedSpark extends BeforeAndAfterAll { this: Suite =>
  lazy val spark: SparkSession = SharedSpark.session
}

object SharedSpark {

  /** Four slots, UTC, and the Iceberg catalog `lockstep` over a warehouse in a temporary folder. */
  lazy val session: SparkSession = {
    val folder = Files.createTempDirectory("lockstep-test-")
    val session = SparkSession
      .builder()
      .master("local[4]")
      .appName("lockstep-test")
      .config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1")
      .config("spark.driver.bindAddress", "127.0.0.1")
      .config("spark.sql.shuffle.partitions", "4")
      .config("spark.locality.wait", "0") // as embedded Spark has it
      .config("spark.hadoop.fs.file.impl", classOf[DirectLocalFileSystem].getName) // as well
      .config("spark.sql.session.timeZone", "UTC")
      .config("spark.local.dir", folder.resolve("local").toString)
      .config("spark.sql.warehouse.dir", folder.resolve("spark-warehouse").toUri.toString)
      .config(
        "spark.sql.extensions",
        "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
      )
      .config("spark.sql.catalog.lockstep", "org.apache.iceberg.spark.SparkCatalog")
      .config("spark.sql.catalog.lockstep.type", "hadoop")
      .config(
        "spark.sql.catalog.lockstep.warehouse",
        folder.resolve("warehouse").toUri.toString
      )
      .config("spark.sql.catalog.lockstep.cache-enabled", "false")
      .config("spark.sql.catalog.lockstep.lock-impl", "dev.lockstep.metrics.LocalCommitLock")
      .getOrCreate()
    session.sparkContext.setLogLevel("WARN")
    sys.addShutdownHook {
      session.stop()
      FileUtil.fullyDelete(folder.toFile)
    }
    session
  }
}
