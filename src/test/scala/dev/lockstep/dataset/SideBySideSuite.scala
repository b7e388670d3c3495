package dev.lockstep.dataset

import dev.lockstep.SharedSpark
import java.io.IOException
import java.util.concurrent.{ConcurrentLinkedQueue, CountDownLatch}
import org.scalatest.concurrent.{Signaler, ThreadSignaler, TimeLimits}
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._
import scala.collection.JavaConverters._

class SideBySideSuite extends AnyFunSuite with SharedSpark with TimeLimits {
  private implicit val signaler: Signaler = ThreadSignaler

  test("all actions are done when it returns") {
    val counts = new ConcurrentLinkedQueue[Long]()
    val actions = Seq(1L, 2L, 3L).map { n =>
      val action: Runnable = () => counts.add(spark.range(n).count())
      action
    }
    SideBySide.run(spark.sparkContext, actions.asJava)
    assert(counts.asScala.toSeq.sorted == Seq(1L, 2L, 3L))
  }

  test("the first failure is thrown as it is, and ends the jobs of the others") {
    val failed = new IOException("no room")
    val endless: Runnable = () => {
      spark.sparkContext.parallelize(1 to 1, 1).foreach(_ => SideBySideSuite.work())
    }
    val failing: Runnable = () => {
      SideBySideSuite.inTask.await()
      throw failed
    }
    try {
      val thrown = failAfter(60.seconds) {
        intercept[IOException](SideBySide.run(spark.sparkContext, Seq(endless, failing).asJava))
      }
      assert(thrown eq failed)
    } finally {
      SideBySideSuite.end.countDown()
    }
  }
}

object SideBySideSuite {
  val inTask = new CountDownLatch(1)
  val end = new CountDownLatch(1)

  /** Of a task that goes on until the test has ended. */
  def work(): Unit = {
    inTask.countDown()
    end.await()
  }
}
