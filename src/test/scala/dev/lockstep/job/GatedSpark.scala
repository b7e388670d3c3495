package dev.lockstep.job

import dev.lockstep.storage.GatedFileSystem
import org.apache.spark.sql.SparkSession

/** A Spark whose local disk is a [[GatedFileSystem]] for as long as something runs. */
object GatedSpark {
  private val implementation = "fs.file.impl"
  private val uncached = "fs.file.impl.disable.cache"

  def apply(spark: SparkSession)(body: => Unit): Unit = {
    val hadoop = spark.sparkContext.hadoopConfiguration
    val usual = hadoop.get(implementation)
    hadoop.set(implementation, classOf[GatedFileSystem].getName)
    hadoop.set(uncached, "true")
    try body
    finally {
      hadoop.set(implementation, usual)
      hadoop.unset(uncached)
      GatedFileSystem.reset()
    }
  }
}
