package dev.lockstep.job

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class JobTimesSuite extends AnyFunSuite {
  test("the start lasts until the work begins, the work until its result is there") {
    val moments = Iterator(4200L, 16500L)
    val times = new JobTimes(() => moments.next(), 1000L)
    val result = times.addedTo(Map[String, AnyRef]("run_id" -> "a").asJava).asScala
    assert(result("run_id") == "a")
    val seconds = result("job_seconds").asInstanceOf[java.util.Map[String, Any]].asScala
    assert(seconds == Map("start" -> 3.2, "work" -> 12.3))
  }

  test("the process began before its work") {
    val seconds =
      JobTimes.start().addedTo(new java.util.LinkedHashMap[String, AnyRef]).get("job_seconds")
    val start = seconds.asInstanceOf[java.util.Map[String, Double]].get("start")
    assert(start > 0 && start < 24 * 3600)
  }
}
