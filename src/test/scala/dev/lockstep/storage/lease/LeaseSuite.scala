package dev.lockstep.storage.lease

import java.nio.file.{Files, Path => LocalPath}
import java.time.{Clock, Duration, Instant, ZoneOffset}
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.{Callable, CyclicBarrier, Executors}

import scala.collection.JavaConverters._
import scala.collection.mutable
import scala.util.{Success, Try}

import dev.lockstep.storage.{AtomicDirectory, CommittedDirectory, Store, StoreException}
import dev.lockstep.storage.{FlatFileSystem, TemporaryStore}
import org.scalatest.funsuite.AnyFunSuite

class LeaseSuite extends AnyFunSuite {
  private val minute = Duration.ofMinutes(1)
  private val clock = Clock.fixed(Instant.parse("2013-06-30T01:02:03Z"), ZoneOffset.UTC)

  /** A driver of another machine: only its lease tells whether it lives. */
  private def far(application: String) =
    new LeaseHolder("far.example", new ProcessMark(42, "", 0), application, clock)

  /** One taker of a lease, in its own time. */
  private class Driver(
      store: Store,
      holder: LeaseHolder,
      wait: Duration = Duration.ZERO,
      stopwatch: HandTurnedStopwatch = new HandTurnedStopwatch
  ) {
    val notices = mutable.Buffer.empty[String]

    def take(): Lease =
      Lease.acquire(
        LeaseName.ofRun(store, "r"),
        holder,
        new LeaseTerms(minute, wait, stopwatch),
        line => notices += line
      )
  }

  private def files(folder: LocalPath): Set[String] = {
    val leases = folder.resolve("leases/runs/r")
    if (Files.exists(leases)) leases.toFile.list().toSet else Set.empty
  }

  /** As if nobody had written the lease's file for so long. */
  private def age(folder: LocalPath, by: Duration): Unit =
    files(folder).foreach { name =>
      folder
        .resolve("leases/runs/r")
        .resolve(name)
        .toFile
        .setLastModified(System.currentTimeMillis() - by.toMillis)
    }

  private def refusal(body: => Any): String = {
    val message = intercept[StoreException](body).getMessage
    assert(message.linesIterator.size == 1)
    message
  }

  private def commit(store: Store, runId: String): Unit = {
    val directory = AtomicDirectory.begin(store, store.prepared(runId))
    try {
      TemporaryStore.write(directory, "file", "text")
      directory.commit(Map.empty[String, String].asJava)
    } finally directory.close()
  }

  test("a lease that is ended leaves nothing behind, and the next driver need not wait") {
    TemporaryStore { (store, folder) =>
      for (n <- 1 to 3) {
        val lease = new Driver(store, far(s"app-$n")).take()
        assert(files(folder) == Set("1"))
        lease.check()
        lease.close()
        assert(folder.toFile.list().isEmpty)
        assert(
          refusal(lease.check()) == "Cannot go on with run r: its lease is ended " +
            "(this driver writes nothing more)"
        )
      }
    }
  }

  test("a second driver says who holds the lease since when, and leaves") {
    TemporaryStore { (store, _) =>
      val first = new Driver(store, far("app-1")).take()
      assert(
        refusal(new Driver(store, far("app-2")).take()) ==
          "Cannot work on run r: held by process 42 on far.example, Spark application app-1, " +
          "since 2013-06-30T01:02:03Z (waited 0 seconds; lease.wait says how long)"
      )
      first.check()
      first.close()
    }
  }

  test("a run's lease is not a model's, nor another run's") {
    TemporaryStore { (store, _) =>
      def take(name: LeaseName) =
        Lease.acquire(name, far("a"), LeaseTerms.of(minute, Duration.ZERO), _ => ())
      val names =
        Seq(LeaseName.ofRun(store, "r"), LeaseName.ofModel(store, "r"), LeaseName.ofRun(store, "s"))
      names.map(take).foreach(_.close())
    }
  }

  test("a second driver waits for the first one's end, and tells so once") {
    TemporaryStore { (store, _) =>
      lazy val first = new Driver(store, far("app-1")).take()
      first.check()
      val begun = Duration.ofDays(1)
      val stopwatch = new HandTurnedStopwatch(now => {
        first.renew()
        if (now.compareTo(begun.plus(minute.multipliedBy(5))) >= 0) first.close()
      })
      val second = new Driver(store, far("app-2"), minute.multipliedBy(10), stopwatch)
      second.take().close()
      assert(stopwatch.elapsed().minus(begun).compareTo(minute.multipliedBy(6)) < 0)
      assert(
        second.notices.map(_.takeWhile(_ != ',')) == Seq(
          "Waiting up to 10 minutes for run r: held by process 42 on far.example"
        )
      )
    }
  }

  test("a holder that renews is never displaced, however long another one waits") {
    TemporaryStore { (store, _) =>
      lazy val first = new Driver(store, far("app-1")).take()
      first.check()
      val stopwatch = new HandTurnedStopwatch(_ => first.renew())
      refusal(new Driver(store, far("app-2"), minute.multipliedBy(30), stopwatch).take())
      first.check()
      first.close()
    }
  }

  test("a lease that nobody renews is taken over after the timeout, by the watcher's own time") {
    TemporaryStore { (store, folder) =>
      val first = new Driver(store, far("app-1")).take()
      val stopwatch = new HandTurnedStopwatch
      val begun = stopwatch.elapsed()
      val second = new Driver(store, far("app-2"), minute.multipliedBy(2), stopwatch)
      val lease = second.take()
      val waited = stopwatch.elapsed().minus(begun)
      assert(waited.compareTo(minute) >= 0 && waited.compareTo(minute.plusSeconds(3)) < 0)
      assert(second.notices.last.startsWith("Taking over run r: process 42 on far.example"))
      assert(second.notices.last.endsWith("has not renewed its lease for 1 minute"))
      assert(files(folder) == Set("2"))
      assert(refusal(first.check()).startsWith("Cannot go on with run r: another driver has taken"))
      first.renew()
      first.close()
      lease.check()
      lease.close()
    }
  }

  test("a store's clock that jumps ahead does not end a lease that is renewed") {
    TemporaryStore { (store, folder) =>
      val first = new Driver(store, far("app-1")).take()
      age(folder, minute.multipliedBy(10))
      val stopwatch = new HandTurnedStopwatch(_ => first.renew())
      refusal(new Driver(store, far("app-2"), stopwatch = stopwatch).take())
      first.check()
      first.close()
    }
  }

  test("a lease that is old by the store's clock is taken over without waiting") {
    TemporaryStore { (store, folder) =>
      val first = new Driver(store, far("app-1")).take()
      age(folder, minute.minusSeconds(20))
      refusal(new Driver(store, far("app-2")).take())
      age(folder, minute.plusSeconds(1))
      new Driver(store, far("app-2")).take().check()
      assert(Try(first.check()).isFailure)
    }
  }

  test("a holder that was stopped for a while, and that nobody displaced, goes on") {
    TemporaryStore { (store, folder) =>
      val stopwatch = new HandTurnedStopwatch
      val first = new Driver(store, far("app-1"), stopwatch = stopwatch).take()
      age(folder, minute.multipliedBy(3))
      stopwatch.turn(minute.multipliedBy(3))
      first.check()
      refusal(new Driver(store, far("app-2")).take())
      first.close()
    }
  }

  test("a holder of this machine that has ended is displaced at once, one that runs is not") {
    TemporaryStore { (store, _) =>
      val process = new ProcessBuilder("sleep", "1000").start()
      val mark = ProcessMark.of(process.pid)
      def here(application: String) = new LeaseHolder("here", mark, application, clock)
      try {
        new Driver(store, here("app-1")).take()
        refusal(new Driver(store, far("app-2")).take())
      } finally process.destroyForcibly().waitFor()
      val third = new Driver(store, far("app-3"))
      third.take().check()
      assert(third.notices.last.endsWith("has ended without saying so"))
    }
  }

  test("a process number that is used again is not the same process") {
    val mine = ProcessMark.ofThisProcess()
    assert(!mine.isGone && mine.machine.nonEmpty)
    assert(new ProcessMark(mine.id, mine.machine, mine.started - 1).isGone)
    assert(!new ProcessMark(mine.id, "another machine", mine.started - 1).isGone)
  }

  test("of several drivers at once exactly one takes a free lease, and one an expired lease") {
    TemporaryStore { (store, folder) =>
      val drivers = 4
      val pool = Executors.newFixedThreadPool(drivers)
      def race(): Seq[Lease] = {
        val start = new CyclicBarrier(drivers)
        val tries = (1 to drivers).map { n =>
          pool.submit(new Callable[Try[Lease]] {
            override def call(): Try[Lease] = {
              start.await()
              Try(new Driver(store, far(s"app-$n")).take())
            }
          })
        }
        tries.map(_.get()).collect { case Success(lease) => lease }
      }
      try {
        for (_ <- 1 to 10) {
          val first = race()
          assert(first.size == 1)
          age(folder, minute.plusSeconds(1))
          val second = race()
          assert(second.size == 1)
          assert(Try(first.head.check()).isFailure)
          second.head.check()
          second.head.close()
        }
      } finally pool.shutdownNow()
    }
  }

  test("a holder is not disturbed by drivers that look at its lease") {
    TemporaryStore { (store, folder) =>
      val holder = new Driver(store, far("app-1")).take()
      val over = new AtomicBoolean
      val pool = Executors.newFixedThreadPool(3)
      try {
        val tries = (2 to 4).map { n =>
          pool.submit(new Callable[Set[String]] {
            override def call(): Set[String] = {
              val refusals = mutable.Set.empty[String]
              while (!over.get)
                refusals += refusal(new Driver(store, far(s"app-$n")).take()).takeWhile(_ != ',')
              refusals.toSet
            }
          })
        }
        try { (1 to 3000).foreach(_ => holder.check()) }
        finally over.set(true)
        tries.foreach(one =>
          assert(one.get() == Set("Cannot work on run r: held by process 42 on far.example"))
        )
      } finally pool.shutdownNow()
      assert(files(folder) == Set("1"))
      holder.close()
    }
  }

  test("a damaged lease counts as held until the timeout, and its holder makes it good") {
    TemporaryStore { (store, folder) =>
      val first = new Driver(store, far("app-1")).take()
      val file = folder.resolve("leases/runs/r/1")
      for (damage <- Seq(Array.emptyByteArray, "{\"id\":".getBytes, Array[Byte](0, 1, 2))) {
        Files.write(file, damage)
        assert(
          refusal(new Driver(store, far("app-2")).take())
            .startsWith("Cannot work on run r: held by another driver (its lease cannot be read)")
        )
        first.check()
        first.renew()
        assert(Files.readString(file).contains("app-1"))
      }
      Files.write(file, Array[Byte](0))
      age(folder, minute.plusSeconds(1))
      new Driver(store, far("app-2")).take().close()
    }
  }

  test("a holder whose lease somebody has removed writes nothing more") {
    TemporaryStore { (store, folder) =>
      val lease = new Driver(store, far("app-1")).take()
      Files.delete(folder.resolve("leases/runs/r/1"))
      assert(refusal(lease.check()).startsWith("Cannot go on with run r: its lease is gone, "))
      lease.renew()
      assert(files(folder).isEmpty)
    }
  }

  test("a failure is the loss of the lease once another driver has taken over, and itself before") {
    TemporaryStore { (store, folder) =>
      val first = new Driver(store, far("app-1")).take()
      val missing = new IllegalStateException("a file is missing")
      assert(first.explain(missing) eq missing)
      age(folder, minute.plusSeconds(1))
      val second = new Driver(store, far("app-2")).take()
      val explained = first.explain(missing)
      assert(
        explained.getMessage
          .startsWith("Cannot go on with run r: another driver has taken over its lease ")
      )
      assert(explained.getCause eq missing)
      second.close()
      assert(second.explain(missing) eq missing)
    }
  }

  test(
    "nothing is committed to the store, and nothing deleted, once another driver has taken over"
  ) {
    TemporaryStore { (store, folder) =>
      val first = new Driver(store, far("app-1")).take()
      val fenced = store.fenced(first)
      commit(fenced, "a")
      age(folder, minute.plusSeconds(1))
      val second = new Driver(store, far("app-2")).take()
      assert(refusal(commit(fenced, "b")).startsWith("Cannot go on with run r"))
      assert(
        refusal(CommittedDirectory.read(fenced, fenced.prepared("a")).get().delete())
          .startsWith("Cannot go on with run r")
      )
      assert(folder.resolve("prepared").toFile.list().toSet == Set("a"))
      commit(store.fenced(second), "b")
    }
  }

  test("on an object store the later of two writers of one generation holds the lease") {
    TemporaryStore { (_, folder) =>
      val store = Store.open(s"flat://$folder", FlatFileSystem.configuration)
      val first = new Driver(store, far("app-1")).take()
      // What the loser of the race for this generation sees: a file that is not its own.
      val file = folder.resolve("leases/runs/r/1")
      Files.writeString(file, Files.readString(file).replaceFirst("\"id\":\"[^\"]*", "\"id\":\"x"))
      assert(refusal(first.check()).startsWith("Cannot go on with run r: another driver has taken"))
    }
  }

  test("a lease is renewed while its holder is busy") {
    TemporaryStore { (store, folder) =>
      val terms = LeaseTerms.of(Duration.ofMillis(200), Duration.ZERO)
      val lease = Lease.acquire(LeaseName.ofRun(store, "r"), far("a"), terms, _ => ())
      val file = folder.resolve("leases/runs/r/1")
      val limit = System.nanoTime() + Duration.ofSeconds(30).toNanos
      def renewals = LeaseRecord.fromJson(Files.readAllBytes(file)).map[Long](_.renewals).orElse(0)
      while (renewals < 3 && System.nanoTime() < limit) Thread.onSpinWait()
      assert(renewals >= 3)
      lease.close()
    }
  }
}
