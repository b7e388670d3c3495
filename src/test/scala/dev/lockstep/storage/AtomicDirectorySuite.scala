package dev.lockstep.storage

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, StandardOpenOption, Path => LocalPath}
import java.util.concurrent.{Callable, CyclicBarrier, Executors}

import scala.collection.JavaConverters._
import scala.util.{Failure, Success, Try}

import org.apache.hadoop.fs.{FileAlreadyExistsException, FileContext, Path}
import org.scalatest.funsuite.AnyFunSuite

class AtomicDirectorySuite extends AnyFunSuite {
  import TemporaryStore.write

  private def commit(store: Store, runId: String, text: String = "weights"): Unit = {
    val directory = AtomicDirectory.begin(store, store.prepared(runId))
    try {
      write(directory, "network.zip", text)
      write(directory, "features/stage.json", "{}")
      directory.commit(Map("rows" -> "3").asJava)
    } finally directory.close()
  }

  private def read(store: Store, runId: String) =
    CommittedDirectory.read(store, store.prepared(runId))

  private def names(folder: LocalPath): Set[String] =
    if (Files.exists(folder)) folder.toFile.list().toSet else Set.empty

  test("a committed directory has what was written, and a manifest of it") {
    TemporaryStore { (store, folder) =>
      commit(store, "run")
      val committed = read(store, "run").get()
      committed.verify()
      assert(new String(committed.bytes("network.zip"), UTF_8) == "weights")
      assert(committed.manifest().properties().asScala == Map("rows" -> "3"))
      val files = committed.manifest().files().asScala
      assert(files.map(_.path()) == Seq("features/stage.json", "network.zip"))
      // sha256sum of the seven bytes "weights"
      assert(files(1).length() == 7)
      assert(
        files(1).sha256() == "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
      )
      assert(names(folder.resolve("prepared")) == Set("run"))
    }
  }

  test(
    "files that others put into the directory are in the manifest, checksum side files are not"
  ) {
    TemporaryStore { (store, folder) =>
      val directory = AtomicDirectory.begin(store, store.prepared("run"))
      val local = LocalPath.of(directory.path().toUri.getPath)
      Files.createDirectories(local.resolve("train"))
      Files.writeString(local.resolve("train/part 0.parquet"), "rows")
      Files.writeString(local.resolve("train/.part 0.parquet.crc"), "sum")
      directory.commit(Map.empty[String, String].asJava)
      val committed = read(store, "run").get()
      assert(committed.manifest().files().asScala.map(_.path()) == Seq("train/part 0.parquet"))
      committed.verify()
      assert(names(folder.resolve("prepared/run/train")) == Set("part 0.parquet"))
    }
  }

  test("without a commit nothing stays") {
    TemporaryStore { (store, folder) =>
      val directory = AtomicDirectory.begin(store, store.prepared("run"))
      write(directory, "network.zip", "half")
      assert(!read(store, "run").isPresent)
      directory.close()
      assert(names(folder.resolve("prepared")).isEmpty)
      assertThrows[IllegalStateException](directory.create("more"))
    }
  }

  test(
    "what a killed attempt leaves is no directory for readers, and a sweep of its target alone removes it"
  ) {
    TemporaryStore { (store, folder) =>
      write(AtomicDirectory.begin(store, store.prepared("run")), "network.zip", "half")
      val other = AtomicDirectory.begin(store, store.prepared("run.2"))
      assert(!read(store, "run").isPresent)
      store.sweep(store.prepared("run"))
      assert(names(folder.resolve("prepared")) == Set(other.path().getName))
      commit(store, "run")
      read(store, "run").get().verify()
    }
  }

  test("a second commit to the same name is refused and changes nothing") {
    TemporaryStore { (store, folder) =>
      commit(store, "run", "first")
      val refused = intercept[StoreException](commit(store, "run", "second"))
      assert(refused.getMessage == s"Cannot commit: ${store.prepared("run")} (it exists already)")
      assert(new String(read(store, "run").get().bytes("network.zip"), UTF_8) == "first")
      assert(names(folder.resolve("prepared")) == Set("run"))
    }
  }

  test("of several writers of one name exactly one commits") {
    TemporaryStore { (store, folder) =>
      val writers = 4
      val pool = Executors.newFixedThreadPool(writers)
      try {
        for (round <- 1 to 10) {
          val start = new CyclicBarrier(writers)
          val attempts = (1 to writers).map { writer =>
            pool.submit(new Callable[Try[Int]] {
              override def call(): Try[Int] = {
                start.await()
                Try { commit(store, s"run-$round", s"by $writer"); writer }
              }
            })
          }
          val outcomes = attempts.map(_.get())
          val winners = outcomes.collect { case Success(writer) => writer }
          assert(winners.size == 1, outcomes)
          outcomes.collect { case Failure(e) =>
            assert(e.getMessage.contains("it exists already"), e)
          }
          val committed = read(store, s"run-$round").get()
          committed.verify()
          assert(new String(committed.bytes("network.zip"), UTF_8) == s"by ${winners.head}")
        }
      } finally pool.shutdownNow()
      assert(names(folder.resolve("prepared")) == (1 to 10).map(round => s"run-$round").toSet)
    }
  }

  test("a flipped byte, a truncated and a missing file are found and named") {
    TemporaryStore { (store, folder) =>
      commit(store, "run")
      val file = folder.resolve("prepared/run/network.zip")
      def problem(): String = {
        val verified = intercept[StoreException](read(store, "run").get().verify()).getMessage
        val fetched =
          intercept[StoreException](read(store, "run").get().bytes("network.zip")).getMessage
        assert(verified == fetched)
        verified.replace(store.prepared("run").toString, "<run>")
      }
      Files.writeString(file, "Weights")
      assert(problem() == "Invalid file: <run>/network.zip (its SHA-256 is not the manifest's)")
      Files.writeString(file, "weight")
      assert(problem() == "Invalid file: <run>/network.zip (6 bytes, the manifest says 7)")
      Files.delete(file)
      assert(problem() == "Missing file: <run>/network.zip (no such file or directory)")
    }
  }

  test("a file that was put there later is found and named, a hidden one is nobody's") {
    TemporaryStore { (store, folder) =>
      commit(store, "run")
      val features = folder.resolve("prepared/run/features")
      Files.writeString(features.resolve(".stage.json.crc"), "sum")
      read(store, "run").get().verify()
      Files.writeString(features.resolve("more.json"), "{}")
      val found = intercept[StoreException](read(store, "run").get().verify("features/"))
      assert(found.isDamage)
      assert(
        found.getMessage ==
          s"Unknown file: ${store.prepared("run")}/features/more.json (not in the manifest)"
      )
      read(store, "run").get().verify("network.zip")
    }
  }

  test("with a damaged manifest a directory does not exist, and the next commit replaces it") {
    TemporaryStore { (store, folder) =>
      commit(store, "run", "first")
      val manifest = folder.resolve("prepared/run/manifest.json")
      val whole = Files.readString(manifest)
      Files.writeString(manifest, whole.replace("\"3\"", "\"4\""))
      assert(!read(store, "run").isPresent)
      Files.write(
        manifest,
        whole.getBytes(UTF_8).take(whole.length / 2),
        StandardOpenOption.TRUNCATE_EXISTING
      )
      assert(!read(store, "run").isPresent)
      commit(store, "run", "second")
      assert(new String(read(store, "run").get().bytes("network.zip"), UTF_8) == "second")
    }
  }

  test("a deleted directory is gone") {
    TemporaryStore { (store, folder) =>
      commit(store, "run")
      read(store, "run").get().delete()
      assert(!read(store, "run").isPresent)
      assert(names(folder.resolve("prepared")).isEmpty)
    }
  }

  test("a removal that fails at any moment leaves no directory for readers") {
    TemporaryStore { (_, folder) =>
      for (allowed <- 0 to 1) {
        val store = Store.open(s"deleting://$folder", FlatFileSystem.configuration)
        commit(store, s"run-$allowed")
        DeletingFileSystem.allowed = allowed
        val failed = Try(store.remove(store.prepared(s"run-$allowed")))
        DeletingFileSystem.allowed = Int.MaxValue
        assert(failed.isFailure)
        assert(read(store, s"run-$allowed").isPresent == (allowed == 0))
      }
    }
  }

  test("on a file system without a rename of its own the manifest is moved last") {
    TemporaryStore { (_, folder) =>
      val store = Store.open(s"flat://$folder", FlatFileSystem.configuration)
      commit(store, "run", "first")
      read(store, "run").get().verify()
      assertThrows[StoreException](commit(store, "run", "second"))
      assert(new String(read(store, "run").get().bytes("network.zip"), UTF_8) == "first")
      assert(names(folder.resolve("prepared")) == Set("run"))
    }
  }

  test("a rename by the file system's own means refuses a taken name") {
    TemporaryStore { (_, folder) =>
      val volume = new RenameVolume(FileContext.getLocalFSFileContext)
      val Seq(first, second, target) =
        Seq("a/first", "a/second", "a/target").map(name => new Path(folder.resolve(name).toUri))
      volume.makeDirectories(first)
      volume.makeDirectories(second)
      volume.publish(first, target)
      assertThrows[FileAlreadyExistsException](volume.publish(second, target))
      assert(names(folder.resolve("a")) == Set("second", "target"))
    }
  }

  test("file names stay within the directory") {
    TemporaryStore { (store, _) =>
      val directory = AtomicDirectory.begin(store, store.prepared("run"))
      for (name <- Seq("../other", "/etc/file", "a//b", "")) {
        assertThrows[IllegalArgumentException](directory.create(name))
      }
      directory.abort()
    }
  }
}
