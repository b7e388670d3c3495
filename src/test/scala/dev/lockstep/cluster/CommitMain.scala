package dev.lockstep.cluster

import scala.collection.JavaConverters._
import scala.io.Source

import dev.lockstep.metrics.{Rows, WarehouseTables}
import org.apache.hadoop.conf.Configuration

/** Commits epochs of a run, one after the other, once it is told to.
  *
  * Arguments: the warehouse, the run id, how many.
  */
object CommitMain {
  def main(arguments: Array[String]): Unit = {
    val Array(warehouse, runId, count) = arguments
    val tables = WarehouseTables.open(warehouse, new Configuration())
    println("ready")
    Source.stdin.getLines().next()
    for (epoch <- 1 to count.toInt)
      tables.writeEpoch(runId, epoch, Seq(Rows.epoch(runId, epoch, "train")).asJava)
  }
}
