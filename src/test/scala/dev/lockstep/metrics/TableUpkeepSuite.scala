package dev.lockstep.metrics

import java.nio.file.attribute.FileTime
import java.nio.file.{Files, Path => LocalPath}
import java.time.{Duration, Instant}

import scala.jdk.CollectionConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.metrics.Rows._
import org.apache.spark.sql.SparkSession
import org.scalatest.funsuite.AnyFunSuite

class TableUpkeepSuite extends AnyFunSuite with SharedSpark {

  /** A session whose catalog is a warehouse of this suite's own. */
  private lazy val session: SparkSession = {
    val own = spark.newSession()
    val folder = Files.createTempDirectory("lockstep-upkeep-")
    sys.addShutdownHook(org.apache.hadoop.fs.FileUtil.fullyDelete(folder.toFile))
    own.conf.set("spark.sql.catalog.lockstep", "org.apache.iceberg.spark.SparkCatalog")
    own.conf.set("spark.sql.catalog.lockstep.type", "hadoop")
    own.conf.set("spark.sql.catalog.lockstep.warehouse", folder.toUri.toString)
    own.conf.set("spark.sql.catalog.lockstep.cache-enabled", "false")
    own.conf.set("spark.sql.catalog.lockstep.lock-impl", classOf[LocalCommitLock].getName)
    own
  }

  private lazy val tables = MetricsTables.open(session)
  private val soon = Instant.now.plus(Duration.ofDays(1))
  private val past = Instant.EPOCH

  private def upkeep(
      busy: Set[String] = Set.empty,
      snapshots: Instant = past,
      orphans: Instant = past
  ) =
    new TableUpkeep(session, tables, new TableUpkeep.Limits(snapshots, 2, orphans, busy.asJava))

  // As in a thread that has worked with another session before.
  override def withFixture(test: NoArgTest) = {
    SparkSession.setActiveSession(spark)
    super.withFixture(test)
  }

  private def of(all: java.util.List[TableUpkeep.Findings], table: String): TableUpkeep.Findings =
    all.asScala.find(_.table == s"lockstep.metrics.$table").get

  private def files(table: String): Long =
    session.sql(s"select * from lockstep.metrics.$table.files").count()

  private def snapshots(table: String): Long =
    session.sql(s"select * from lockstep.metrics.$table.snapshots").count()

  test("small files of a run become one, those of a busy run stay, and no row changes") {
    for (run <- Seq("idle", "busy"); n <- 1 to 6)
      tables.writeEpoch(run, n, Seq(epoch(run, n, "train"), epoch(run, n, "validation")).asJava)
    tables.writeEpoch("few", 1, Seq(epoch("few", 1, "train")).asJava)
    val before = Seq("idle", "busy", "few").map(tables.epochs)
    assert(files("epochs") == 13)
    assert(of(upkeep(Set("busy")).find(), "epochs").compactedFiles == 6)
    assert(files("epochs") == 13)
    assert(of(upkeep(Set("busy")).apply(), "epochs").compactedFiles == 6)
    assert(files("epochs") == 8)
    assert(of(upkeep(Set("busy")).find(), "epochs").compactedFiles == 0)
    assert(Seq("idle", "busy", "few").map(tables.epochs) == before)
    // A run whose files were rewritten goes on as before.
    tables.writeEpoch("idle", 3, Seq(epoch("idle", 3, "train", 0.25)).asJava)
    assert(tables.epochs("idle").asScala.map(_.epoch).distinct == (1 to 6))
  }

  test("old snapshots expire, but the latest stay") {
    for (n <- 1 to 5) tables.writeRun(attempt("s", n))
    val before = tables.runs("s")
    assert(of(upkeep().find(), "runs").snapshots == 0)
    assert(of(upkeep(snapshots = soon).find(), "runs").snapshots == 3)
    assert(snapshots("runs") == 5)
    // The rewrite of the five files is a sixth snapshot.
    assert(of(upkeep(snapshots = soon).apply(), "runs").snapshots == 4)
    assert(snapshots("runs") == 2)
    assert(tables.runs("s") == before)
  }

  test("files that no snapshot has go once they are old, and nothing else") {
    tables.writeChecks("o", Seq(check("o", "rule")).asJava)
    val location = session
      .sql("select file_path from lockstep.metrics.checks.files")
      .head()
      .getString(0)
      .stripPrefix("file:")
    val orphan = LocalPath.of(location).resolveSibling("orphan.parquet")
    Files.writeString(orphan, "lost")
    Files.setLastModifiedTime(orphan, FileTime.from(Instant.now.minus(Duration.ofDays(9))))
    val limit = Instant.now.minus(Duration.ofDays(8))
    assert(of(upkeep().find(), "checks").orphanFiles == 0)
    assert(of(upkeep(orphans = limit).find(), "checks").orphanFiles == 1 && Files.exists(orphan))
    assert(of(upkeep(orphans = limit).apply(), "checks").orphanFiles == 1)
    assert(!Files.exists(orphan) && tables.checks("o").size == 1)
  }
}
