package dev.lockstep.training.allreduce

import dev.lockstep.plan.{SplitMix64, TreeOrder}
import dev.lockstep.plan.SummingTree.Node
import dev.lockstep.training.allreduce.Terms.{Privacy, Route}
import dev.lockstep.training.replica.FlatVector
import java.nio.charset.StandardCharsets.UTF_8
import java.time.Duration
import java.util.concurrent.{Callable, Executors, Future, TimeUnit}
import java.util.concurrent.atomic.AtomicInteger
import org.nd4j.linalg.factory.Nd4j
import scala.collection.JavaConverters._
import scala.util.{Failure, Success, Try}

/** The workers of a round as threads of this process, without Spark. */
trait Workers {
  val host = "127.0.0.1"

  def terms(
      count: Int,
      route: Route = Route.SOCKET,
      privacy: Privacy = Privacy.PLAIN,
      timeout: Duration = Duration.ofMinutes(5)
  ): Terms =
    new Terms("a test's round", StageKey.random(), count, privacy, route, timeout)

  def membership(worker: Int, rendezvous: Rendezvous, terms: Terms): Membership =
    new Membership(worker, host, 3, 0, rendezvous.endpoint, terms)

  /** Counts what the driver would do. */
  class Counted(free: () => Int = () => 4) extends Rendezvous.Events {
    override def slots(): Int = free()
    val failures = new AtomicInteger
    @volatile var lastIteration = 0
    override def progressed(iteration: Int, loss: Double): Unit = lastIteration = iteration
    override def stateHandle(): Array[Byte] = "a test's state".getBytes(UTF_8)
    override def failed(): Unit = failures.incrementAndGet()
  }

  /** What the workers did, each its result or what it threw, and what the driver made of it. */
  case class Outcome[T](
      results: Seq[Try[T]],
      failure: Option[WorkerFailedException],
      events: Counted
  )

  /** Runs `body` as each of the workers at once, as a round's tasks do: they tell what they fail
    * of. `meanwhile` gets the running workers' futures, to disturb them.
    */
  def attempt[T](
      terms: Terms,
      meanwhile: (Seq[Future[T]], Counted) => Unit = (_: Seq[Future[T]], _: Counted) => ()
  )(
      body: Mesh => T
  ): Outcome[T] = {
    val events = new Counted
    val rendezvous = Rendezvous.open(host, host, terms, events)
    val threads = Executors.newCachedThreadPool()
    try {
      val tasks = (0 until terms.workers).map { worker =>
        threads.submit(new Callable[T] {
          override def call(): T = {
            val mesh = Mesh.open(membership(worker, rendezvous, terms))
            try {
              mesh.meet()
              val result = body(mesh)
              mesh.done()
              result
            } catch {
              case e: Throwable =>
                mesh.failed(e)
                throw e
            } finally mesh.close()
          }
        })
      }
      meanwhile(tasks, events)
      val results = tasks.map(task =>
        Try(task.get(60, TimeUnit.SECONDS)) match {
          case Failure(e: java.util.concurrent.ExecutionException) => Failure(e.getCause)
          case other                                               => other
        }
      )
      val failure =
        if (results.forall(_.isSuccess)) None
        else Option(rendezvous.failure().orElse(null))
      Outcome(results, failure, events)
    } finally {
      threads.shutdownNow()
      assert(threads.awaitTermination(20, TimeUnit.SECONDS), "a worker does not end")
      rendezvous.close()
    }
  }

  /** Runs workers that must all come through. */
  def together[T](terms: Terms)(body: Mesh => T): Seq[T] = attempt(terms)(body).results.map(_.get)

  def shardVector(shard: Int, length: Int, seed: Long = 5): Array[Float] = {
    val random = SplitMix64.of(seed, shard)
    Array.fill(length)((random.next(2000001) - 1000000) / 997f)
  }

  /** The sum below a node in tree order by plain arithmetic, without the shards that have no
    * samples; may be null.
    */
  def treeSum(node: Node, length: Int, seed: Long, present: Int => Boolean): Array[Float] =
    TreeOrder.sum[Array[Float]](
      node,
      _.isLeaf,
      leaf => if (present(leaf.from)) shardVector(leaf.from, length, seed) else null
    )((a, b) => Array.tabulate(length)(i => a(i) + b(i)))

  def vectorOf(values: Array[Float]): FlatVector = {
    val vector = FlatVector.zeros(values.length.toLong)
    vector.array.assign(Nd4j.createFromArray(values: _*).reshape(1, values.length.toLong))
    vector
  }

  /** One worker's part of a sum; into its own partial sum where that is its only one. */
  def sumOnce(
      mesh: Mesh,
      reduce: AllReduce,
      length: Int,
      seed: Long,
      present: Int => Boolean
  ): Seq[Float] = {
    reduce.begin(node => (node.from until node.to).exists(present))
    val own = reduce.cover.asScala.map { node =>
      val sum = Option(treeSum(node, length, seed, present))
      val vector = vectorOf(sum.getOrElse(Array.fill(length)(Float.NaN)))
      reduce.offer(node, vector)
      vector
    }
    val result = if (own.size == 1) own.head else FlatVector.zeros(length.toLong)
    reduce.finish(result)
    result.array.toFloatVector.toSeq
  }
}
