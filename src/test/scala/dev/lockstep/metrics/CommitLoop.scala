package dev.lockstep.metrics

import java.nio.file.Paths
import scala.jdk.CollectionConverters._

/** A process that commits epochs 1 to n of a run: warehouse, run id, n. */
object CommitLoop {
  def main(args: Array[String]): Unit = {
    val tables = new MetricsTables(LocalCatalog.open(Paths.get(args(0))))
    for (epoch <- 1 to args(2).toInt) {
      tables.writeEpoch(args(1), epoch, Seq(Rows.epoch(args(1), epoch, "train")).asJava)
    }
  }
}
