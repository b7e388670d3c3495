package dev.lockstep.cluster

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Files
import java.security.PrivilegedExceptionAction
import java.util.concurrent.{Callable, CyclicBarrier, Executors}

import scala.collection.JavaConverters._
import scala.concurrent.ExecutionContext.Implicits.global
import scala.concurrent.duration._
import scala.concurrent.{Await, Future}
import scala.util.{Failure, Success, Try}

import dev.lockstep.Packaged
import dev.lockstep.metrics.{Rows, WarehouseTables}
import dev.lockstep.storage.{AtomicDirectory, CommittedDirectory, Store, StoreException}
import org.apache.commons.io.FileUtils
import org.apache.hadoop.fs.permission.FsPermission
import org.apache.hadoop.fs.{FileSystem, Path}
import org.apache.hadoop.hdfs.DistributedFileSystem
import org.apache.hadoop.hdfs.protocol.HdfsConstants.QUOTA_DONT_SET
import org.apache.hadoop.security.UserGroupInformation
import org.scalatest.funsuite.AnyFunSuite

/** The store's laws, on HDFS as real processes. */
class HdfsStoreSuite extends AnyFunSuite {
  private lazy val hdfs = SharedCluster("hdfs").hdfs
  private lazy val hadoop = hdfs.configuration
  private lazy val fileSystem =
    FileSystem.newInstance(hadoop).asInstanceOf[DistributedFileSystem]

  private def onStore(name: String)(test: Store => Unit): Unit = {
    val root = new Path(s"${hdfs.url}/$name")
    try test(Store.open(root.toString, hadoop))
    finally fileSystem.delete(root, true)
  }

  private def commit(store: Store, runId: String, text: String = "weights"): Unit = {
    val directory = AtomicDirectory.begin(store, store.prepared(runId))
    try {
      val stream = directory.create("network.zip")
      try stream.write(text.getBytes(UTF_8))
      finally stream.close()
      directory.commit(Map("rows" -> "3").asJava)
    } finally directory.close()
  }

  private def read(store: Store, runId: String): String =
    new String(
      CommittedDirectory.read(store, store.prepared(runId)).get.bytes("network.zip"),
      UTF_8
    )

  private def names(path: Path): Set[String] =
    fileSystem.listStatus(path).map(_.getPath.getName).toSet

  test("a directory appears whole, once, and a second commit is refused", Packaged, Cluster) {
    onStore("commits") { store =>
      commit(store, "run", "first")
      val refused = intercept[StoreException](commit(store, "run", "second"))
      assert(refused.getMessage == s"Cannot commit: ${store.prepared("run")} (it exists already)")
      assert(read(store, "run") == "first")
      assert(names(store.prepared("run").getParent) == Set("run"))
    }
  }

  test("of several writers of one name exactly one commits", Packaged, Cluster) {
    onStore("writers") { store =>
      val writers = 4
      val pool = Executors.newFixedThreadPool(writers)
      try
        for (round <- 1 to 5) {
          val start = new CyclicBarrier(writers)
          val outcomes = (1 to writers)
            .map { writer =>
              pool.submit(new Callable[Try[String]] {
                override def call(): Try[String] = {
                  start.await()
                  Try { commit(store, s"run-$round", s"by $writer"); s"by $writer" }
                }
              })
            }
            .map(_.get())
          val winners = outcomes.collect { case Success(text) => text }
          assert(winners.size == 1, outcomes)
          outcomes.collect { case Failure(e) => assert(e.getMessage.contains("exists already"), e) }
          assert(read(store, s"run-$round") == winners.head)
        }
      finally pool.shutdownNow()
      assert(names(store.prepared("run-1").getParent) == (1 to 5).map(n => s"run-$n").toSet)
    }
  }

  test("what a killed attempt left is swept, a damaged file is named", Packaged, Cluster) {
    onStore("damage") { store =>
      AtomicDirectory.begin(store, store.prepared("run")).create("network.zip").close()
      assert(!CommittedDirectory.read(store, store.prepared("run")).isPresent)
      store.sweep(store.prepared("run"))
      assert(names(store.prepared("run").getParent).isEmpty)
      commit(store, "run")
      val file = new Path(store.prepared("run"), "network.zip")
      val stream = fileSystem.create(file, true)
      try stream.write("Weights".getBytes(UTF_8))
      finally stream.close()
      val damaged = intercept[StoreException](read(store, "run")).getMessage
      assert(damaged == s"Invalid file: $file (its SHA-256 is not the manifest's)")
    }
  }

  test("a root alone is a store", Packaged, Cluster) {
    val store = Store.open(hdfs.url, hadoop).checkWritable()
    assert(store.prepared("run").toString == s"${hdfs.url}/prepared/run")
    assert(!fileSystem.exists(new Path("/prepared")))
  }

  test("a store that its user may only read is refused in one line", Packaged, Cluster) {
    onStore("readonly") { store =>
      fileSystem.mkdirs(store.root, new FsPermission("755"))
      val guest = UserGroupInformation.createRemoteUser("guest")
      val refused = guest.doAs(new PrivilegedExceptionAction[String] {
        override def run(): String =
          intercept[StoreException](
            Store.open(store.root.toString, hadoop).checkWritable()
          ).getMessage
      })
      assert(refused == s"Cannot write store: ${store.root} (permission denied)")
      assert(names(store.root).isEmpty)
    }
  }

  test("a full store is refused in one line, and nothing is half written", Packaged, Cluster) {
    onStore("full") { store =>
      commit(store, "before")
      fileSystem.setQuota(store.root, QUOTA_DONT_SET, 1L << 20)
      val full = "(full: its quota is used up)"
      val probed = intercept[StoreException](store.checkWritable())
      assert(probed.getMessage == s"Cannot write store: ${store.root} $full")
      val begun = intercept[StoreException](commit(store, "run"))
      assert(begun.getMessage == s"Cannot write: ${store.prepared("run")}/network.zip $full")
      assert(names(store.prepared("before").getParent) == Set("before"))
      assert(read(store, "before") == "weights")
    }
  }

  test(
    "a holder that stands still or dies is succeeded, and writes nothing more",
    Packaged,
    Cluster
  ) {
    onStore("leases") { store =>
      val folder = Files.createTempDirectory("lockstep-lease-")
      var started = Seq.empty[LineProcess]
      def start(runId: String, seconds: Int): LineProcess = {
        started :+=
          new LineProcess(folder, "LeaseMain", store.root.toString, runId, seconds.toString)
        started.last
      }
      try {
        val first = start("stopped", seconds = 2)
        first.await("holds")
        first.tell("one")
        first.await("committed one")
        val second = start("stopped", seconds = 2)
        second.await("Waiting up to 2 minutes for run stopped: held by process ")
        assert(!second.has("holds"))
        Processes.signal(first.handle, "STOP")
        second.await("holds")
        second.tell("two")
        second.await("committed two")
        Processes.signal(first.handle, "CONT")
        first.tell("three")
        val refused = first.await("Cannot go on with run stopped: another driver has taken over ")
        assert(refused.endsWith("(this driver writes nothing more)"))
        assert(second.end() == 0 && first.end() == 0)

        val killed = start("killed", seconds = 3600)
        killed.await("holds")
        Processes.kill(killed.handle)
        val successor = start("killed", seconds = 3600)
        successor.await("holds")
        assert(successor.end() == 0)
        assert(names(store.prepared("one").getParent) == Set("one", "two"))
        assert(!fileSystem.exists(store.leases))
      } finally {
        started.foreach(holder => Processes.kill(holder.handle))
        FileUtils.deleteDirectory(folder.toFile)
      }
    }
  }

  test("a NameNode that does not answer is said in one line", Packaged, Cluster) {
    val nobody = s"hdfs://127.0.0.1:${FreePorts.take(1).head}/store"
    val impatient = new org.apache.hadoop.conf.Configuration(hadoop)
    impatient.setInt("ipc.client.connect.max.retries", 1)
    val refused = intercept[StoreException](Store.checkReachable(nobody, impatient))
    assert(refused.getMessage == s"Cannot open store: $nobody (no connection)")
  }

  test("writers of one table, each with a catalog of its own, lose no row", Packaged, Cluster) {
    onStore("tables") { store =>
      def open() = WarehouseTables.open(store.warehouse.toString, hadoop)
      val writers = Seq("a", "b").map { id =>
        Future {
          val tables = open()
          for (n <- 1 to 8) tables.writeEpoch(id, n, Seq(Rows.epoch(id, n, "train")).asJava)
        }
      }
      Await.result(Future.sequence(writers), 2.minutes)
      for (id <- Seq("a", "b")) assert(open().epochs(id).asScala.map(_.epoch) == (1 to 8))
    }
  }

  test(
    "processes that commit at once meet each other's commits, and lose no row",
    Packaged,
    Cluster
  ) {
    onStore("processes") { store =>
      val warehouse = store.warehouse.toString
      val folder = Files.createTempDirectory("lockstep-commits-")
      val writers = Seq("a", "b").map(new LineProcess(folder, "CommitMain", warehouse, _, "12"))
      try {
        writers.foreach(_.await("ready"))
        writers.foreach(_.tell("go"))
        assert(writers.map(_.end()) == Seq(0, 0))
        // Iceberg's word for a version of the table that the other one was the first to write.
        assert(writers.exists(_.has("Retrying task after failure: ")))
        val tables = WarehouseTables.open(warehouse, hadoop)
        for (id <- Seq("a", "b")) assert(tables.epochs(id).asScala.map(_.epoch) == (1 to 12))
      } finally {
        writers.foreach(writer => Processes.kill(writer.handle))
        FileUtils.deleteDirectory(folder.toFile)
      }
    }
  }
}
