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
    val command = (home.resolve("jobs").resolve(job).toString +: arguments) ++ ("--" +: page) ++ spark
    val builder = new ProcessBuilder(command.asJava)
    builder.environment.remove("SPARK_HOME")
    builder.environment.put("SPARK_LOCAL_IP", "127.0.0.1")
    builder.environment.put("SPARK_DRIVER_MEMORY", "1g")
    builder.redirectOutput(out.toFile).redirectError(err.toFile).start()
  }

  /** The scripts end in the driver's JVM, so their process is it. */
  def driver: ProcessHandle = process.toHandle

  /** Waits until all tasks of a stage with this description have run for a while.
    *
    * @return
    *   nanoseconds since its tasks began
    */
  def awaitMidStage(description: String, tasks: Int, millis: Long): Long = {
    val limit = System.nanoTime() + MINUTES.toNanos(5)
    var began = Option.empty[Long]
    while (!began.exists(System.nanoTime() - _ >= MILLISECONDS.toNanos(millis))) {
      if (!process.isAlive || System.nanoTime() > limit) {
        throw new IllegalStateException(s"Missing stage '$description': ${Files.readString(err)}")
      }
      MILLISECONDS.sleep(50)
      val runs = activeStages.exists { stage =>
        String.valueOf(stage.get("description")).startsWith(description) &&
        stage.get("numActiveTasks") == tasks
      }
      began = if (runs) began.orElse(Some(System.nanoTime())) else None
    }
    System.nanoTime() - began.get
  }

  def ended(): Ended = {
    if (!process.waitFor(5, MINUTES)) stop()
    Ended(process.waitFor(), Files.readString(out), Files.readString(err))
  }

  def stop(): Unit = Processes.kill(driver)

  private def activeStages: Seq[java.util.Map[String, Any]] = {
    val api = s"http://127.0.0.1:$port/api/v1/applications"
    val stages = for {
      applications <- Http.get(api)
      id <- "\"id\"\\s*:\\s*\"([^\"]+)\"".r.findFirstMatchIn(applications).map(_.group(1))
      page <- Http.get(s"$api/$id/stages?status=active")
      if page.startsWith("[")
    } yield Submission.mapper
      .readValue(page, classOf[java.util.List[java.util.Map[String, Any]]])
      .asScala
    stages.toSeq.flatten
  }
}

private object Submission {
  private val mapper = new ObjectMapper
}
