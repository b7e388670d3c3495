package dev.lockstep.cluster

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.{MILLISECONDS, MINUTES}

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import dev.lockstep.job.Ended

/** A job's script as a user starts it, in a process of its own; its driver has a page.
  *
  * @param spark
  *   Spark's options; none: embedded
  */
final class Submission(home: Path, folder: Path, job: String, arguments: Seq[String])(
    spark: String*
) {
  private val port = FreePorts.take(1).head
  private val out = Files.createTempFile(folder, s"$job-", ".out")
  private val err = Files.createTempFile(folder, s"$job-", ".err")
  private val process = {
    val page = Seq("--conf", "spark.ui.enabled=true", "--conf", s"spark.ui.port=$port")
    val command =
      (home.resolve("jobs").resolve(job).toString +: arguments) ++ ("--" +: page) ++ spark
    val builder = new ProcessBuilder(command.asJava)
    builder.environment.remove("SPARK_HOME")
    builder.environment.put("SPARK_LOCAL_IP", "127.0.0.1")
    builder.environment.put("SPARK_DRIVER_MEMORY", "1g")
    builder.redirectOutput(out.toFile).redirectError(err.toFile).start()
  }

  /** The scripts end in the driver's JVM, so their process is it. */
  def driver: ProcessHandle = process.toHandle

  /** Waits until all workers of a round, each in an executor of its own, are in its iterations.
    *
    * @param workers
    *   at least
    */
  def awaitRound(epoch: Int, workers: Int): Unit = {
    val limit = System.nanoTime() + MINUTES.toNanos(10)
    def isThere = training >= workers && activeStages.exists { stage =>
      String.valueOf(stage.get("description")).startsWith(s"epoch $epoch,")
    }
    while (!isThere) {
      if (!process.isAlive || System.nanoTime() > limit) {
        val words = Files.readString(err)
        throw new IllegalStateException(s"Missing: a round of epoch $epoch on $workers\n$words")
      }
      MILLISECONDS.sleep(50)
    }
  }

  def ended(): Ended = {
    if (!process.waitFor(10, MINUTES)) stop()
    Ended(process.waitFor(), Files.readString(out), Files.readString(err))
  }

  def stop(): Unit = Processes.kill(driver)

  private def activeStages: Seq[java.util.Map[String, Any]] = list("stages?status=active")

  /** Executors with a thread in the training loop. */
  private def training: Int =
    list("executors").map(_.get("id").toString).filterNot(_ == "driver").count { id =>
      page(s"executors/$id/threads").exists(_.contains(Submission.loop))
    }

  private def list(path: String): Seq[java.util.Map[String, Any]] =
    page(path).filter(_.startsWith("[")).toSeq.flatMap { found =>
      Submission.mapper
        .readValue(found, classOf[java.util.List[java.util.Map[String, Any]]])
        .asScala
    }

  private def page(path: String): Option[String] = {
    val api = s"http://127.0.0.1:$port/api/v1/applications"
    for {
      applications <- Http.get(api)
      id <- "\"id\"\\s*:\\s*\"([^\"]+)\"".r.findFirstMatchIn(applications).map(_.group(1))
      found <- Http.get(s"$api/$id/$path")
    } yield found
  }
}

private object Submission {
  private val mapper = new ObjectMapper
  private val loop = "dev.lockstep.training.round.WorkerRound.train"
}
