package dev.lockstep.metrics

import dev.lockstep.metrics.LocalCatalog.inTemporaryFolder
import java.nio.channels.{FileChannel, OverlappingFileLockException}
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.{Files, Path}
import java.util.concurrent.atomic.AtomicInteger
import org.scalatest.funsuite.AnyFunSuite
import scala.concurrent.ExecutionContext.Implicits.global
import scala.concurrent.duration._
import scala.concurrent.{Await, Future}

class LocalCommitLockSuite extends AnyFunSuite {
  private def version(folder: Path): String = folder.resolve("v3.metadata.json").toUri.toString

  test("the operating system's lock is held from acquire to release") {
    inTemporaryFolder { folder =>
      val lock = new LocalCommitLock
      assert(lock.acquire(version(folder), "me"))
      val channel = FileChannel.open(folder.resolve(".commit.lock"), WRITE)
      try {
        intercept[OverlappingFileLockException](channel.tryLock())
        assert(lock.release(version(folder), "me"))
        assert(channel.tryLock() != null)
      } finally channel.close()
      assert(!lock.release(version(folder), "me"))
    }
  }

  test("threads take turns, whatever lock object and version they name") {
    inTemporaryFolder { folder =>
      val inside = new AtomicInteger()
      val threads = (1 to 4).map { number =>
        Future {
          val lock = new LocalCommitLock
          (1 to 50).map { turn =>
            val file = folder.resolve(s"v$turn.metadata.json").toUri.toString
            lock.acquire(file, s"$number")
            val alone = inside.incrementAndGet() == 1
            inside.decrementAndGet()
            lock.release(file, s"$number")
            alone
          }
        }
      }
      assert(Await.result(Future.sequence(threads), 1.minute).flatten.forall(identity))
    }
  }

  test("other file systems are not touched") {
    inTemporaryFolder { folder =>
      val lock = new LocalCommitLock
      val file = "hdfs://nowhere:1" + folder.resolve("v1.metadata.json")
      assert(lock.acquire(file, "me") && lock.release(file, "me"))
      assert(!Files.exists(folder.resolve(".commit.lock")))
    }
  }
}
