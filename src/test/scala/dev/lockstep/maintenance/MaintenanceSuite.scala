package dev.lockstep.maintenance

import java.nio.file.attribute.FileTime
import java.nio.file.{Files, Path => LocalPath}
import java.time.{Clock, Duration, Instant, ZoneOffset}

import scala.collection.JavaConverters._
import scala.collection.mutable

import dev.lockstep.config.{LeaseConfig, RetentionConfig}
import dev.lockstep.metrics.{MetricsTables, Rows, RunRow, VersionRow, WarehouseTables}
import dev.lockstep.registry.Succession
import dev.lockstep.storage.lease.{Lease, LeaseHolder, LeaseName, LeaseTerms}
import dev.lockstep.storage.{AtomicDirectory, Store, TemporaryStore}
import org.apache.hadoop.fs.Path
import org.scalatest.funsuite.AnyFunSuite

class MaintenanceSuite extends AnyFunSuite {

  /** The rows' time is a hundred days ago; so is all that is written here and not made younger. */
  private val now = Rows.time.plus(Duration.ofDays(100))
  private val clock = Clock.fixed(now, ZoneOffset.UTC)
  private val minute = Duration.ofMinutes(1)

  private class Site(val store: Store, folder: LocalPath) {
    val tables: MetricsTables = WarehouseTables.open(folder.resolve("warehouse"))
    val notices = mutable.Buffer.empty[String]

    def maintenance(
        days: Int = 90,
        checkpoints: Int = 2,
        versions: Int = 1,
        timeout: Duration = minute
    ): Maintenance =
      new Maintenance(
        new Maintenance.Scope(store, tables, "app", clock, line => notices += line),
        new RetentionConfig(
          checkpoints,
          Duration.ofDays(days),
          versions,
          Duration.ofDays(90),
          Duration.ofDays(7),
          20,
          Duration.ofDays(1)
        ),
        new LeaseConfig(timeout, minute)
      )

    def write(path: Path, files: (String, String)*): Unit =
      writeWith(Map.empty, path, files: _*)

    def writeWith(
        properties: Map[String, String],
        path: Path,
        files: (String, String)*
    ): Unit = {
      val directory = AtomicDirectory.begin(store, path)
      try {
        for ((name, text) <- files) TemporaryStore.write(directory, name, text)
        directory.commit(properties.asJava)
      } finally directory.close()
      aged(local(path))
    }

    def prepared(runId: String): Unit =
      write(store.prepared(runId), "train/part.parquet" -> "rows")

    def checkpoint(runId: String, iteration: Int, best: Int): Unit = write(
      new Path(store.checkpoints(runId), iteration.toString),
      "network.zip" -> "weights",
      "state.json" -> s"""{"best":{"epoch":1,"iteration":$best,"loss":0.5}}"""
    )

    def version(model: String, name: String): Unit =
      write(new Path(store.models(model), name), "network.zip" -> "weights")

    def versions(model: String, rows: VersionRow*): Unit =
      tables.writeVersions(model, _ => rows.asJava)

    /** Versions of the model m with what was decided of them, a day after each other. */
    def decided(statuses: (String, String)*): Unit = {
      val rows = statuses.zipWithIndex.map { case ((name, status), day) =>
        version("m", name)
        val row = Rows.version("m", name, status)
        new VersionRow(
          row.model,
          row.version,
          row.runId,
          row.logicalDate,
          row.path,
          row.sha256,
          status,
          Rows.time.plus(Duration.ofDays(day.toLong)),
          row.reason
        )
      }
      versions("m", rows: _*)
    }

    def local(path: Path): LocalPath = LocalPath.of(path.toUri.getPath)

    def aged(path: LocalPath, at: Instant = Rows.time): Unit = {
      val all = Files.walk(path)
      try all.iterator.asScala.foreach(Files.setLastModifiedTime(_, FileTime.from(at)))
      finally all.close()
    }

    /** Every directory of the store that holds a file, but the tables'. */
    def stored: Set[String] = {
      val all = Files.walk(folder)
      try
        all.iterator.asScala
          .filter(_.toFile.isFile)
          .map(file => folder.relativize(file.getParent).toString)
          .filterNot(_.startsWith("warehouse"))
          .toSet
      finally all.close()
    }

    def names(removals: java.util.List[Removal]): Seq[String] =
      removals.asScala.map(removal => folder.relativize(local(removal.path)).toString)
  }

  private def onSite(body: Site => Unit): Unit =
    TemporaryStore((store, folder) => body(new Site(store, folder)))

  private def done(runId: String, at: Instant = Rows.time): RunRow =
    attempt(Rows.attempt(runId, 1), at)

  private def attempt(row: RunRow, at: Instant, startedFrom: String = null): RunRow = {
    val parts = classOf[RunRow].getRecordComponents.map { part =>
      part.getName match {
        case "startedFrom"           => startedFrom
        case "startedAt" | "endedAt" => at
        case _                       => part.getAccessor.invoke(row)
      }
    }
    classOf[RunRow].getDeclaredConstructors.head.newInstance(parts: _*).asInstanceOf[RunRow]
  }

  test("data and checkpoints of an old run go, newest checkpoint first; a look changes nothing") {
    onSite { site =>
      site.prepared("old")
      for (iteration <- Seq(4, 8, 12)) site.checkpoint("old", iteration, 4)
      site.tables.writeRun(done("old"))
      val before = site.stored
      val found = site.maintenance().find()
      val expected =
        Seq(12, 8, 4).map(n => s"checkpoints/old/$n") :+ "checkpoints/old" :+ "prepared/old"
      assert(site.names(found) == expected)
      assert(found.asScala.forall(removal => removal.bytes > 0 || removal.path.getName == "old"))
      assert(site.stored == before)
      assert(site.names(site.maintenance().apply()) == expected)
      assert(site.stored.isEmpty && site.maintenance().find().isEmpty)
    }
  }

  test("a run that an attempt or a file shows to be young stays, done or not") {
    onSite { site =>
      for (runId <- Seq("by-row", "by-file", "by-retention")) site.prepared(runId)
      site.tables.writeRun(done("by-row", now.minus(Duration.ofDays(89))))
      site.aged(site.local(site.store.prepared("by-file")), now.minus(Duration.ofDays(89)))
      assert(site.names(site.maintenance().find()) == Seq("prepared/by-retention"))
      assert(site.maintenance(days = 101).find().isEmpty)
    }
  }

  test("of a run that is done the newest checkpoints and the best one stay") {
    onSite { site =>
      for (runId <- Seq("done", "failed"); iteration <- Seq(4, 8, 12, 16, 20))
        site.checkpoint(runId, iteration, best = 8)
      site.tables.writeRun(done("done", now))
      site.tables.writeRun(Rows.attempt("failed", 1, "failed"))
      site.aged(site.local(site.store.checkpoints("failed")), now)
      site.maintenance().apply()
      assert(
        site.stored ==
          (Seq(8, 16, 20).map(n => s"checkpoints/done/$n") ++
            Seq(4, 8, 12, 16, 20).map(n => s"checkpoints/failed/$n")).toSet
      )
    }
  }

  test("what a champion needs stays, however old") {
    onSite { site =>
      for (name <- Seq("champ", "other")) {
        site.prepared(name)
        site.checkpoint(name, 4, 4)
        site.version("m", name)
        site.tables.writeRun(done(name))
      }
      site.versions(
        "m",
        Rows.version("m", "champ", "champion"),
        Rows.version("m", "other", "rejected")
      )
      site.maintenance(versions = 0).apply()
      assert(
        site.stored == Set(
          "prepared/champ/train",
          "prepared/champ",
          "checkpoints/champ/4",
          "models/m/champ"
        )
      )
    }
  }

  test("of versions that were decided against the latest stay, and all others with them") {
    onSite { site =>
      site.decided("a" -> "retired", "b" -> "rejected", "c" -> "retired", "d" -> "candidate")
      site.version("m", "unknown")
      assert(site.names(site.maintenance().apply()).sorted == Seq("models/m/a", "models/m/b"))
      assert(site.stored == Set("c", "d", "unknown").map("models/m/" + _))
    }
  }

  test("the version that a rollback goes back to stays, however many were rejected since") {
    for (keep <- Seq(0, 3)) onSite { site =>
      val rejected = ('d' to 'n').map(_.toString)
      site.decided(
        Seq("a" -> "retired", "b" -> "retired", "c" -> "champion") ++
          rejected.map(_ -> "rejected"): _*
      )
      site.maintenance(versions = keep).apply()
      assert(site.stored == (Seq("b", "c") ++ rejected.takeRight(keep)).map("models/m/" + _).toSet)
      val succession = new Succession(site.tables, "m", clock)
      assert(succession.rollback(_ => ()).champion == "b")
    }
  }

  test("a version that an unfinished run has started from stays") {
    onSite { site =>
      for (name <- Seq("a", "b", "c")) site.version("m", name)
      site.versions("m", Seq("a", "b", "c").map(Rows.version("m", _, "rejected")): _*)
      site.tables.writeRun(attempt(Rows.attempt("going", 1, "failed"), now, "a"))
      site.tables.writeRun(attempt(Rows.attempt("gone", 1, "failed"), Rows.time, "b"))
      site.tables.writeRun(attempt(Rows.attempt("done", 1), now, "c"))
      site.maintenance(versions = 0).apply()
      assert(site.stored == Set("models/m/a"))
    }
  }

  test("a version stays from which a run starts that is prepared and not yet trained") {
    onSite { site =>
      for (name <- Seq("a", "b")) site.version("m", name)
      site.versions("m", Seq("a", "b").map(Rows.version("m", _, "rejected")): _*)
      for ((run, start) <- Seq("next" -> "a", "done" -> "b"))
        site.writeWith(Map("started_from" -> start), site.store.prepared(run), "part" -> "rows")
      site.tables.writeRun(done("done", now))
      site.maintenance(days = 101, versions = 0).apply()
      assert(site.stored.filter(_.startsWith("models/")) == Set("models/m/a"))
    }
  }

  test("a row that names a path outside the model's directory removes nothing") {
    onSite { site =>
      site.prepared("safe")
      site.version("m", "v")
      site.tables.writeRun(done("safe", now))
      val hostile = Seq("../../prepared/safe", "/", "..", ".", "", "v/../v")
      site.versions("m", hostile.map(name => Rows.version("m", name, "retired")): _*)
      site.maintenance(versions = 0).apply()
      assert(site.stored == Set("prepared/safe/train", "prepared/safe", "models/m/v"))
    }
  }

  test("what a driver works on stays, and is named where it came in between") {
    onSite { site =>
      site.prepared("busy")
      site.version("m", "v")
      site.versions("m", Rows.version("m", "v", "rejected"))
      val names = Seq(LeaseName.ofRun(site.store, "busy"), LeaseName.ofModel(site.store, "m"))
      val holder = LeaseHolder.ofThisProcess("driver", clock)
      val leases = names.map(Lease.acquire(_, holder, LeaseTerms.of(minute, minute), _ => ()))
      val maintenance = site.maintenance(versions = 0)
      try {
        assert(maintenance.busyRuns.asScala == Set("busy"))
        assert(maintenance.find().isEmpty && maintenance.apply().isEmpty)
        assert(site.notices.map(_.takeWhile(_ != ':')) == Seq("Left out", "Left out"))
        assert(site.notices.head.contains("Cannot work on run busy: held by process "))
      } finally leases.foreach(_.close())
      assert(maintenance.busyRuns.isEmpty && maintenance.apply().size == 2)
      assert(site.stored.isEmpty)
    }
  }

  test("a lease stays for several of its timeouts, however short leftovers are kept") {
    onSite { site =>
      val lease = site.local(site.store.root).resolve("leases/runs/r/1")
      Files.createDirectories(lease.getParent)
      Files.writeString(lease, "{}")
      site.aged(lease.getParent, now.minus(Duration.ofDays(9)))
      assert(site.maintenance(timeout = Duration.ofDays(1)).apply().isEmpty)
      assert(site.maintenance().apply().size == 1)
    }
  }

  test("half-written directories, forgotten leases and old predictions go") {
    onSite { site =>
      val uuid = "00000000-0000-4000-8000-000000000000"
      val places = Seq(
        "prepared/.r",
        "checkpoints/r/.4",
        "models/m/.v",
        "predictions/m/.date=1",
        "cards/m/v/.card.html",
        "reports/.r.html"
      )
      val folder = site.local(site.store.root)
      for (place <- places; (age, at) <- Seq("1" -> Rows.time, "2" -> now)) {
        val cut = folder.resolve(s"$place$age.$uuid/part")
        Files.createDirectories(cut.getParent)
        Files.writeString(cut, "half")
        site.aged(cut.getParent, at)
      }
      for ((run, at) <- Seq("old" -> Rows.time, "young" -> now)) {
        val lease = folder.resolve(s"leases/runs/$run/1")
        Files.createDirectories(lease.getParent)
        Files.writeString(lease, "{}")
        site.aged(lease.getParent, at)
        val date = folder.resolve(s"predictions/m/date=$run/part.parquet")
        Files.createDirectories(date.getParent)
        Files.writeString(date, "rows")
        site.aged(date.getParent, at)
      }
      site.maintenance().apply()
      assert(
        site.stored ==
          places
            .map(place => s"${place}2.$uuid")
            .toSet + "leases/runs/young" + "predictions/m/date=young"
      )
    }
  }
}
