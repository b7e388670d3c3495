package dev.lockstep.pipeline

import dev.lockstep.plan.ExecutorMemory
import org.apache.hadoop.conf.Configuration
import org.apache.spark.SparkConf
import org.scalatest.funsuite.AnyFunSuite

class ExecutorOverheadSuite extends AnyFunSuite {
  private val megabyte = 1L << 20
  private val small = new ExecutorMemory(1, 0, 4 * megabyte, 200 * megabyte)
  private val large = new ExecutorMemory(1, 0, 500 * megabyte, 200 * megabyte)

  private def overhead(settings: (String, String)*)(hadoop: (String, String)*): ExecutorOverhead = {
    val conf = new SparkConf(false).setMaster("spark://127.0.0.1:7077")
    settings.foreach { case (key, value) => conf.set(key, value) }
    val yarn = new Configuration(false)
    hadoop.foreach { case (key, value) => yarn.set(key, value) }
    ExecutorOverhead.of(conf, yarn)
  }

  test("overhead is what the session says, or what Spark takes instead") {
    assert(overhead()().bytes == 384 * megabyte)
    assert(overhead("spark.executor.memory" -> "8000m")().bytes == 800 * megabyte)
    assert(
      overhead(
        "spark.executor.memory" -> "4g",
        "spark.executor.memoryOverheadFactor" -> "0.5"
      )().bytes == 2048 * megabyte
    )
    assert(overhead("spark.executor.memoryOverhead" -> "600")().bytes == 600 * megabyte)
    assert(overhead("spark.executor.memoryOverhead" -> "1g")().bytes == 1024 * megabyte)
  }

  test("a small network fits what Spark takes by default; a large one is one line with a remedy") {
    assert(!overhead()().shortage(small).isPresent)
    val line = overhead()().shortage(large).get
    assert(line.linesIterator.size == 1)
    assert(
      line.startsWith(
        "Warning: spark.executor.memoryOverhead is 384 MB, and training takes up to 1,352 MB"
      ),
      line
    )
    val remedy = "memoryOverhead=(\\d+m)".r.findFirstMatchIn(line).get.group(1)
    assert(!overhead("spark.executor.memoryOverhead" -> remedy)().shortage(large).isPresent)
  }

  test("YARN counts mapped rows, unless it is told to look closer or not at all") {
    val yarn = "spark.master" -> "yarn"
    assert(overhead(yarn)().shortage(small).isPresent)
    val smaps = "yarn.nodemanager.container-monitor.procfs-tree.smaps-based-rss.enabled" -> "true"
    assert(!overhead(yarn)(smaps).shortage(small).isPresent)
    assert(
      !overhead(yarn)("yarn.nodemanager.pmem-check-enabled" -> "false").shortage(small).isPresent
    )
    val remedy = "memoryOverhead=(\\d+m)".r
      .findFirstMatchIn(overhead(yarn)().shortage(small).get)
      .get
      .group(1)
    assert(
      !overhead(yarn, "spark.executor.memoryOverhead" -> remedy)().shortage(small).isPresent
    )
  }
}
