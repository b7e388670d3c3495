package dev.lockstep.training.dl4j

import org.deeplearning4j.core.storage.StatsStorageRouter
import org.deeplearning4j.core.storage.listener.RoutingIterationListener
import org.deeplearning4j.core.storage.{Persistable, StorageMetaData}
import org.deeplearning4j.nn.api.Model
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.optimize.api.BaseTrainingListener
import org.deeplearning4j.optimize.listeners.CollectScoresListener
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._
import scala.collection.mutable.ArrayBuffer

/** DL4J's listeners on the driver and its hooks on the workers. */
class WatchersSuite extends AnyFunSuite with TrainingMasterFixture {
  private val rows = 41

  private class Events extends BaseTrainingListener {
    val events = ArrayBuffer.empty[String]
    val scores = ArrayBuffer.empty[Double]
    private def epoch(model: Model) = model.asInstanceOf[MultiLayerNetwork].getEpochCount
    override def onEpochStart(model: Model): Unit = events += s"start ${epoch(model)}"
    override def onEpochEnd(model: Model): Unit = events += s"end ${epoch(model)}"
    override def iterationDone(model: Model, iteration: Int, epoch: Int): Unit = {
      assert(model.asInstanceOf[MultiLayerNetwork].getIterationCount == iteration)
      events += s"$iteration of $epoch"
      scores += model.score
    }
  }

  /** The same calls from plain DL4J, on the same batches. */
  private def plain(set: Set): Events = {
    val network = stackOf(dense)
    val events = new Events
    network.setListeners(events)
    val order = new dev.lockstep.plan.SampleOrder(rows, 10, 3, 7)
    for (epoch <- 0 until 2) {
      events.onEpochStart(network)
      for (batch <- 0 until 5)
        network.fit(TrainingMasterFixture.single(set.batch(rowIds(order, epoch, batch))))
      events.onEpochEnd(network)
      network.incrementEpochCount()
    }
    events
  }

  test("listeners on the driver see what single-machine training shows: each iteration's score") {
    val set = dense.examples(rows)
    val expected = plain(set)
    for (perRound <- Seq(2, 5)) {
      val master = this.master(2).iterationsPerRound(perRound).build()
      val network = wrapped(stackOf(dense), master)
      val events = new Events
      val collected = new CollectScoresListener(1)
      network.setListeners(events, collected)
      val data = single(set)
      (1 to 2).foreach(_ => network.fit(data))
      master.close()
      assert(events.events == expected.events)
      events.scores.zip(expected.scores).foreach { case (a, b) => assert(math.abs(a - b) < 1e-5) }
      assert(network.getScore == events.scores.last && network.getNetwork.score == network.getScore)
      assert(collected.getListScore.size == 10)
    }
  }

  private class Router extends StatsStorageRouter {
    val updates = ArrayBuffer.empty[Persistable]
    override def putStorageMetaData(data: StorageMetaData): Unit = {}
    override def putStorageMetaData(data: java.util.Collection[_ <: StorageMetaData]): Unit = {}
    override def putStaticInfo(info: Persistable): Unit = {}
    override def putStaticInfo(info: java.util.Collection[_ <: Persistable]): Unit = {}
    override def putUpdate(update: Persistable): Unit = updates += update
    override def putUpdate(more: java.util.Collection[_ <: Persistable]): Unit =
      updates ++= more.asScala
  }

  private class Routing extends BaseTrainingListener with RoutingIterationListener {
    private var router: StatsStorageRouter = _
    private var worker, session: String = _
    override def setStorageRouter(given: StatsStorageRouter): Unit = router = given
    override def getStorageRouter: StatsStorageRouter = router
    override def setWorkerID(id: String): Unit = worker = id
    override def getWorkerID: String = worker
    override def setSessionID(id: String): Unit = session = id
    override def getSessionID: String = session
    override def clone(): RoutingIterationListener = this
    override def iterationDone(model: Model, iteration: Int, epoch: Int): Unit =
      router.putUpdate(null: Persistable)
  }

  test("listeners that route their reports get the router") {
    val master = this.master(2).build()
    val network = wrapped(stackOf(dense), master)
    val router = new Router
    network.setListeners(router, new Routing)
    network.fit(single(dense.examples(rows)))
    master.close()
    assert(router.updates.size == 5)
  }

  private def seen(train: SynchronousTrainingMaster => Unit): Seq[(String, String, Int, Double)] = {
    Hooks.seen.clear()
    val hook = new Hooks.Watching
    val master = this.master(1).build()
    master.addHook(hook)
    train(master)
    master.close()
    Hooks.seen.asScala.toSeq
  }

  test("hooks on the workers see each share of a batch before and after the update") {
    val set = dense.examples(rows)
    val network = stackOf(dense)
    val calls = seen(wrapped(network, _).fit(single(set)))
    assert(calls.forall(_._2 == "DataSet"))
    // One worker of 3 shards: 3 shares before an update, the same 3 after it; the last batch has 1.
    val shares = Seq.fill(4)(3) :+ 1
    val pattern = shares.flatMap(n => Seq.fill(n)("before") ++ Seq.fill(n)("after"))
    assert(calls.map(_._1) == pattern)
    for (when <- Seq("before", "after")) assert(calls.filter(_._1 == when).map(_._3).sum == rows)
    assert(calls(0)._4 != calls(3)._4 && calls(3)._4 == calls(6)._4)
    assert(calls.last._4 == network.params.sumNumber.doubleValue)
  }

  test("a graph's hooks see its kind of data set") {
    val made = graph(adam)
    val calls = seen(wrapped(graphOf(made), _).fitMultiDataSet(multi(made.examples(rows))))
    assert(calls.forall(_._2 == "MultiDataSet") && calls.map(_._3).sum == 2 * rows)
  }
}
