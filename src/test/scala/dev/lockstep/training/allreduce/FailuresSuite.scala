package dev.lockstep.training.allreduce

import dev.lockstep.plan.SummingTree
import dev.lockstep.training.allreduce.Terms.Route
import java.io.IOException
import java.net.{InetSocketAddress, Socket}
import java.nio.charset.StandardCharsets.UTF_8
import java.time.Duration
import java.util.concurrent.{
  CompletableFuture,
  CountDownLatch,
  Executor,
  TimeUnit,
  TimeoutException
}
import java.util.concurrent.atomic.AtomicInteger
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.{Millis, Seconds, Span}

/** Workers that throw, vanish, hang or are stopped; and callers that do not belong to the round. */
class FailuresSuite extends AnyFunSuite with Workers with Eventually {
  implicit override val patienceConfig: PatienceConfig =
    PatienceConfig(Span(20, Seconds), Span(10, Millis))
  private val routes = Seq(Route.SOCKET, Route.MEMORY)
  private val length = 50000

  private def sums(mesh: Mesh, shards: Int, count: Int = Int.MaxValue): Unit = {
    val reduce = new AllReduce(mesh, new SummingTree(shards), length.toLong)
    mesh.finished(511)
    (1 to count).foreach { iteration =>
      sumOnce(mesh, reduce, length, 1, _ => true)
      mesh.finished(511 + iteration)
    }
  }

  /** As the threads of a round's tasks do. */
  private def meet(meshes: Mesh*): Unit = {
    val all = meshes.map(mesh => CompletableFuture.runAsync(() => mesh.meet(), threads))
    all.foreach(_.get(60, TimeUnit.SECONDS))
  }

  private val threads: Executor = task => {
    val thread = new Thread(task)
    thread.setDaemon(true)
    thread.start()
  }

  private def seconds(body: => Unit): Double = {
    val started = System.nanoTime()
    body
    (System.nanoTime() - started) / 1e9
  }

  for (route <- routes) {
    test(s"a worker that throws ends the others at once, and the driver hears of what: $route") {
      val took = seconds {
        val outcome = attempt(terms(3, route)) { mesh =>
          sums(mesh, 3, if (mesh.worker == 2) 5 else Int.MaxValue)
          throw new IllegalStateException("no more\nnot even this")
        }
        assert(outcome.results.take(2).forall(_.failed.get.isInstanceOf[PeerLostException]))
        val failure = outcome.failure.get
        assert(
          failure.getMessage ==
            "Failed to run round: worker 2 on 127.0.0.1: java.lang.IllegalStateException: no more"
        )
        assert(failure.worker == 2 && failure.host == host)
        eventually(assert(outcome.events.failures.get == 1))
      }
      assert(took < 20)
    }

    test(s"a worker that is told to stop stops while it waits, and is nobody's failure: $route") {
      val waiting = new CountDownLatch(1)
      val outcome = attempt[Unit](
        terms(2, route),
        (tasks, _) => {
          waiting.await(20, TimeUnit.SECONDS)
          tasks.foreach(_.cancel(true))
        }
      ) { mesh =>
        if (mesh.worker == 0) {
          waiting.countDown()
          sums(mesh, 2)
        } else new CountDownLatch(1).await()
      }
      assert(outcome.results.forall(_.isFailure))
      assert(outcome.failure.isEmpty, outcome.failure)
    }
  }

  test("a worker whose line ends without a word is lost") {
    val shared = terms(2)
    val events = new Counted
    val rendezvous = Rendezvous.open(host, host, shared, events)
    try {
      val stays = Mesh.open(membership(0, rendezvous, shared))
      Mesh.open(membership(1, rendezvous, shared)).close()
      eventually(assert(events.failures.get == 1))
      assert(
        rendezvous.failure.get.getMessage == "Failed to run round: worker 1 on 127.0.0.1: lost"
      )
      stays.close()
    } finally rendezvous.close()
  }

  for (route <- routes)
    test(
      s"a worker that hangs is named with its iteration when nothing moves for the timeout: $route"
    ) {
      val never = new CountDownLatch(1)
      val outcome = attempt[Unit](
        terms(3, route, timeout = Duration.ofMillis(1500)),
        (tasks, events) => {
          eventually(assert(events.failures.get == 1))
          tasks.foreach(_.cancel(true)) // as Spark does with a job group that is cancelled
        }
      ) { mesh =>
        sums(mesh, 3, if (mesh.worker == 1) 4 else Int.MaxValue)
        never.await()
      }
      assert(
        outcome.failure.get.getMessage ==
          "Failed to run round: worker 1 on 127.0.0.1: hangs since 1.5 s after iteration 515 (train.timeout)"
      )
    }

  test("a worker that has not come is named when nothing moves for the timeout") {
    val shared = terms(2, timeout = Duration.ofMillis(300))
    val events = new Counted
    val rendezvous = Rendezvous.open(host, host, shared, events)
    try {
      val mesh = Mesh.open(membership(0, rendezvous, shared))
      eventually(assert(events.failures.get == 1))
      assert(rendezvous.failure.get.worker == 1)
      assert(rendezvous.failure.get.reason == "has not come since 0.3 s (train.timeout)")
      mesh.close()
    } finally rendezvous.close()
  }

  test("what others suffer from a failure never hides it, even if they are heard first") {
    val shared = terms(3, Route.MEMORY)
    val rendezvous = Rendezvous.open(host, host, shared, new Counted)
    try {
      val meshes = (0 to 2).map(worker => Mesh.open(membership(worker, rendezvous, shared)))
      meet(meshes: _*)
      meshes(0).failed(new PeerLostException(1, null))
      meshes(2).failed(new PeerLostException(0, null))
      meshes(1).failed(new ArithmeticException("first of all"))
      val failure = rendezvous.failure.get
      assert(failure.worker == 1)
      assert(failure.reason == "java.lang.ArithmeticException: first of all")
      meshes.foreach(_.close())
    } finally rendezvous.close()
  }

  test("strangers who say nothing hold up nobody, and those with a wrong proof are sent away") {
    val shared = terms(2)
    val rendezvous = Rendezvous.open(host, host, shared, new Counted)
    val silent = Seq.fill(20)(new Socket())
    try {
      val address = new InetSocketAddress(host, rendezvous.endpoint.port)
      silent.foreach(_.connect(address, 5000))
      val liar = new Socket()
      liar.connect(address, 5000)
      liar.setSoTimeout(10000)
      liar.getInputStream.readNBytes(16)
      liar.getOutputStream.write(new Array[Byte](60))
      assert(liar.getInputStream.read() == -1, "a wrong proof was answered")
      val took = seconds {
        val first = Mesh.open(membership(0, rendezvous, shared))
        val second = Mesh.open(membership(1, rendezvous, shared))
        first.close()
        second.close()
      }
      assert(took < 5, "silent strangers were waited for")
    } finally {
      silent.foreach(_.close())
      rendezvous.close()
    }
  }

  test("a worker with an old attempt's key, name or count is refused") {
    val shared = terms(2)
    val rendezvous = Rendezvous.open(host, host, shared, new Counted)
    def other(key: StageKey = shared.key, round: String = shared.round): Terms =
      new Terms(round, key, 2, shared.privacy, shared.route, shared.timeout)
    try {
      def refused(member: Membership): Unit = {
        assertThrows[java.io.IOException] {
          val mesh = Mesh.open(member)
          try mesh.meet()
          finally mesh.close()
        }
      }
      refused(membership(1, rendezvous, other(key = StageKey.random())))
      refused(membership(1, rendezvous, other(round = "yesterday's round")))
      val now = new Membership(0, host, 3, 2, rendezvous.endpoint, shared)
      val mesh = Mesh.open(now)
      assert(mesh.stateHandle.nonEmpty) // so the driver has let it in
      refused(new Membership(1, host, 3, 1, rendezvous.endpoint, shared))
      refused(new Membership(5, host, 3, 2, rendezvous.endpoint, shared))
      mesh.close()
    } finally rendezvous.close()
  }

  test("a worker that reads longer than others wait for a call holds them up, and ends nothing") {
    val shared = terms(2)
    val events = new Counted
    val rendezvous = Rendezvous.open(host, host, shared, events)
    val patience = Duration.ofMillis(100)
    try {
      val meshes = (0 to 1).map { worker =>
        val handshake = new Handshake(shared, worker, patience)
        Mesh.open(membership(worker, rendezvous, shared), handshake)
      }
      val waits = CompletableFuture.runAsync(() => meshes.head.meet(), threads)
      assertThrows[TimeoutException](waits.get(10 * patience.toMillis, TimeUnit.MILLISECONDS))
      meshes(1).meet()
      waits.get(20, TimeUnit.SECONDS)
      meshes.foreach(_.done())
      meshes.foreach(_.close())
      assert(rendezvous.failure.isEmpty && events.failures.get == 0)
    } finally rendezvous.close()
  }

  test("of workers of which one reads for ever, that one is named, not those that wait for it") {
    val shared = terms(2, timeout = Duration.ofMillis(300))
    val events = new Counted
    val rendezvous = Rendezvous.open(host, host, shared, events)
    try {
      val meshes = (0 to 1).map(worker => Mesh.open(membership(worker, rendezvous, shared)))
      CompletableFuture.runAsync(() => meshes.head.meet(), threads)
      eventually(assert(events.failures.get == 1))
      assert(
        rendezvous.failure.get.getMessage ==
          "Failed to run round: worker 1 on 127.0.0.1: hangs since 0.3 s before its first iteration (train.timeout)"
      )
      meshes.foreach(_.close())
    } finally rendezvous.close()
  }

  test("a stage that cannot start fails; one that waits for slots in use does not") {
    @volatile var slots = 2
    val events = new Counted(() => slots)
    val shared = terms(2, timeout = Duration.ofMillis(50))
    val rendezvous = Rendezvous.open(host, host, shared, events)
    try {
      val asked = System.nanoTime() + 5 * shared.timeout.toNanos
      while (System.nanoTime() < asked) {
        assert(rendezvous.failure.isEmpty && events.failures.get == 0)
        Thread.onSpinWait()
      }
      slots = 1
      eventually(assert(events.failures.get == 1))
      assert(
        rendezvous.failure.get.reason ==
          "has not come since 0.05 s: Spark has 1 of the 2 task slots it needs (train.timeout)"
      )
    } finally rendezvous.close()
  }

  test("a worker that is alone in its round stops when it is told to") {
    val shared = terms(1)
    val started = new CountDownLatch(1)
    val outcome = attempt[Unit](
      shared,
      (tasks, _) => {
        started.await(20, TimeUnit.SECONDS)
        tasks.foreach(_.cancel(true))
      }
    ) { mesh =>
      started.countDown()
      Iterator.from(1).foreach(mesh.finished)
    }
    assert(outcome.results.forall(_.isFailure) && outcome.failure.isEmpty)
  }

  test("a listener that throws harms nothing, and hears no more") {
    val shared = terms(1)
    val heard = new AtomicInteger
    val events = new Counted {
      override def progressed(iteration: Int, loss: Double): Unit = {
        heard.incrementAndGet()
        throw new IllegalStateException("a listener's own failure")
      }
    }
    val reported = new AtomicInteger
    val usual = Thread.getDefaultUncaughtExceptionHandler
    Thread.setDefaultUncaughtExceptionHandler((_, _) => reported.incrementAndGet())
    val rendezvous = Rendezvous.open(host, host, shared, events)
    try {
      val mesh = Mesh.open(membership(0, rendezvous, shared))
      mesh.meet()
      mesh.report(1, 0.5)
      mesh.report(2, 0.4)
      mesh.done()
      mesh.close()
      assert(rendezvous.failure.isEmpty && events.failures.get == 0)
      assert(heard.get == 1 && reported.get == 1)
    } finally {
      rendezvous.close()
      Thread.setDefaultUncaughtExceptionHandler(usual)
    }
  }

  test("a worker that lacks the state hears what it is found by; without an answer it fails") {
    val shared = terms(1)
    val giving = Rendezvous.open(host, host, shared, new Counted)
    try {
      val mesh = Mesh.open(membership(0, giving, shared))
      assert(new String(mesh.stateHandle, UTF_8) == "a test's state")
      mesh.meet()
      mesh.done()
      mesh.close()
    } finally giving.close()

    val none = new Counted {
      override def stateHandle(): Array[Byte] = throw new IllegalStateException("no room")
    }
    val rendezvous = Rendezvous.open(host, host, shared, none)
    try {
      val mesh = Mesh.open(membership(0, rendezvous, shared))
      intercept[IOException](mesh.stateHandle)
      mesh.close()
      eventually(assert(none.failures.get == 1))
      assert(
        rendezvous.failure.get.reason ==
          "the driver could not give the state: java.lang.IllegalStateException: no room"
      )
    } finally rendezvous.close()
  }
}
