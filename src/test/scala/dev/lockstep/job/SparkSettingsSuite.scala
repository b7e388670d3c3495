package dev.lockstep.job

import dev.lockstep.storage.DirectLocalFileSystem
import org.apache.spark.SparkConf
import org.scalatest.funsuite.AnyFunSuite

class SparkSettingsSuite extends AnyFunSuite {
  private val cores = Runtime.getRuntime.availableProcessors
  private val catalog = "spark.sql.catalog.lockstep"

  private def settings(workers: Int, given: (String, String)*): SparkConf = {
    val conf = new SparkConf(false)
    given.foreach { case (key, value) => conf.set(key, value) }
    SparkSessions.settings(conf, "var/store", workers)
  }

  test("without a master Spark is embedded, on all cores, in UTC, without a UI or an open port") {
    val conf = settings(1)
    assert(conf.get("spark.master") == s"local[$cores]")
    assert(conf.get("spark.ui.enabled") == "false")
    assert(conf.get("spark.driver.bindAddress") == "127.0.0.1")
    assert(conf.get("spark.sql.session.timeZone") == "UTC")
  }

  test("Spark does not wait for a slot elsewhere while one is free, unless told to") {
    val key = "spark.locality.wait"
    assert(settings(1).get(key) == "0s")
    assert(settings(1, "spark.master" -> "yarn").get(key) == "0s")
    assert(settings(1, "spark.master" -> "yarn", key -> "3s").get(key) == "3s")
  }

  test("a round's stage looks for its slots each second for as long as Spark would, or as told") {
    val check = "spark.scheduler.barrier.maxConcurrentTasksCheck"
    def of(given: (String, String)*): (Option[String], Option[String]) = {
      val conf = settings(1, given: _*)
      (conf.getOption(s"$check.interval"), conf.getOption(s"$check.maxFailures"))
    }
    assert(of() == (Some("1s"), Some("600")))
    assert(of("spark.master" -> "yarn") == of())
    assert(of(s"$check.interval" -> "5s") == (Some("5s"), None))
    assert(of(s"$check.maxFailures" -> "9") == (Some("1s"), Some("9")))
  }

  test("embedded Spark has a local file system that starts no processes, unless told another") {
    val key = "spark.hadoop.fs.file.impl"
    assert(settings(1).get(key) == classOf[DirectLocalFileSystem].getName)
    assert(settings(1, key -> "a.b.Other").get(key) == "a.b.Other")
    assert(!settings(1, "spark.master" -> "yarn").contains(key))
  }

  test("embedded Spark has a slot for each worker") {
    assert(settings(cores + 3).get("spark.master") == s"local[${cores + 3}]")
    assert(settings(3, "spark.master" -> "local").get("spark.master") == "local[3]")
    assert(settings(1, "spark.master" -> "local[5]").get("spark.master") == "local[5]")
  }

  test("a cluster's settings stand") {
    val conf = settings(9, "spark.master" -> "spark://host:7077", "spark.ui.enabled" -> "true")
    assert(
      conf.get("spark.master") == "spark://host:7077" && conf.get("spark.ui.enabled") == "true"
    )
    assert(!conf.contains("spark.driver.host"))
    assert(settings(9, "spark.master" -> "local[2,4]").get("spark.master") == "local[2,4]")
  }

  test("the catalog is on the store, unless the user's is another") {
    val conf = settings(1)
    assert(conf.get(catalog + ".type") == "hadoop")
    assert(conf.get(catalog + ".warehouse").matches("file:/.*/var/store/warehouse"))
    val own =
      settings(1, catalog -> "org.apache.iceberg.spark.SparkCatalog", catalog + ".type" -> "rest")
    assert(own.get(catalog + ".type") == "rest" && !own.contains(catalog + ".warehouse"))
  }

  test("no catalog remembers tables, and every Hadoop catalog has a lock, unless the user's has") {
    val lock = "dev.lockstep.metrics.LocalCommitLock"
    def own(given: (String, String)*): SparkConf =
      settings(1, (catalog -> "org.apache.iceberg.spark.SparkCatalog") +: given: _*)
    for (
      conf <- Seq(
        settings(1),
        own(s"$catalog.type" -> "hadoop"),
        own(s"$catalog.catalog-impl" -> "org.apache.iceberg.hadoop.HadoopCatalog")
      )
    ) {
      assert(conf.get(s"$catalog.lock-impl") == lock)
      assert(conf.get(s"$catalog.cache-enabled") == "false")
    }
    val jdbc = own(s"$catalog.type" -> "jdbc")
    assert(!jdbc.contains(s"$catalog.lock-impl") && jdbc.get(s"$catalog.cache-enabled") == "false")
    val locked = own(s"$catalog.type" -> "hadoop", s"$catalog.lock-impl" -> "a.Lock")
    assert(locked.get(s"$catalog.lock-impl") == "a.Lock")
  }

  test("a Hadoop catalog where renames copy has a warning, unless it has a lock of its own") {
    def warning(given: (String, String)*): Option[String] =
      Option(SparkSessions.warning(settings(1, given: _*)).orElse(null))
    val warehouse = s"$catalog.warehouse" -> "s3a://bucket/lockstep"
    val line = warning(warehouse).get
    assert(line.startsWith("Warning: two drivers at once can lose rows of the tables in s3a://"))
    assert(line.linesIterator.size == 1 && line.contains(s"(set $catalog.lock-impl or another"))
    assert(warning(warehouse, s"$catalog.lock-impl" -> "a.Lock").isEmpty)
    assert(warning(warehouse, catalog -> "a.Catalog", s"$catalog.type" -> "jdbc").isEmpty)
    assert(warning(s"$catalog.warehouse" -> "hdfs://host/x").isEmpty && warning().isEmpty)
  }

  test("Iceberg's extensions join the user's, once") {
    val ours = settings(1).get("spark.sql.extensions")
    assert(settings(1, "spark.sql.extensions" -> ours).get("spark.sql.extensions") == ours)
    assert(settings(1, "spark.sql.extensions" -> "a.B").get("spark.sql.extensions") == s"a.B,$ours")
  }

  private val policy = "spark.hadoop.dfs.client.retry.policy."

  test("driver and executors wait for HDFS, unless the user's settings say otherwise") {
    val bestEffort = "spark.hadoop.dfs.client.block.write.replace-datanode-on-failure.best-effort"
    val conf = settings(1, "spark.master" -> "yarn")
    assert(conf.get(policy + "enabled") == "true" && conf.contains(policy + "spec"))
    assert(conf.get(bestEffort) == "true")
    val lastBlock = "spark.hadoop.dfs.client.block.write.locateFollowingBlock.initial.delay.ms"
    assert(conf.get(lastBlock) == "20")
    assert(settings(1, lastBlock -> "7").get(lastBlock) == "7")
    val own = settings(1, policy + "enabled" -> "false", bestEffort -> "false")
    assert(own.get(policy + "enabled") == "false" && !own.contains(policy + "spec"))
    assert(own.get(bestEffort) == "false")
  }
}
