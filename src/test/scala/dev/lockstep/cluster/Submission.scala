package dev.lockstep.cluster

import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit.{MILLISECONDS, MINUTES}

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import dev.lockstep.job.Ended

/** A job's script as a user starts it, in a process of its own; its driver has a page.
  *
  * @param environment
  *   variables beside the shell's
  * @param spark
  *   Spark's options; none: embedded
  */
final class Submission(
    home: Path,
    folder: Path,
    job: String,
    arguments: Seq[String],
    environment: Map[String, String] = Map.empty
)(spark: String*) {
  private val runId = arguments.dropWhile(_ != "--run-id").lift(1)
  private val port = FreePorts.take(1).head
  private val out = Files.createTempFile(folder, s"$job-", ".out")
  private val err = Files.createTempFile(folder, s"$job-", ".err")
  private val process = {
    val page = Seq("--conf", "spark.ui.enabled=true", "--conf", s"spark.ui.port=$port")
    val command =
      (home.resolve("jobs").resolve(job).toString +: arguments) ++ ("--" +: page) ++ spark
    val builder = new ProcessBuilder(command.asJava)
    Seq("SPARK_HOME", "HADOOP_CONF_DIR").foreach(builder.environment.remove(_))
    builder.environment.put("SPARK_LOCAL_IP", "127.0.0.1")
    builder.environment.put("SPARK_DRIVER_MEMORY", "1g")
    builder.environment.putAll(environment.asJava)
    builder.redirectOutput(out.toFile).redirectError(err.toFile).start()
  }
  sys.addShutdownHook(if (isAlive) stop()) // also when whoever started it is interrupted

  def isAlive: Boolean = process.isAlive

  /** The job's JVM: the scripts end in it, unless it runs on the cluster. */
  def driver: Option[ProcessHandle] =
    if (spark.containsSlice(Seq("--deploy-mode", "cluster"))) deployedDriver
    else Some(process.toHandle).filter(_.isAlive)

  /** Waits until all workers of a round, each in an executor of its own, are in its iterations.
    *
    * @param workers
    *   at least
    */
  def awaitRound(epoch: Int, workers: Int): Unit =
    await(s"a round of epoch $epoch on $workers workers")(isInRound(epoch, workers))

  def isInRound(epoch: Int, workers: Int): Boolean =
    activeStages.exists { stage =>
      String.valueOf(stage.get("description")).startsWith(s"epoch $epoch,")
    } && training >= workers // asked last: a page of threads costs its executor time

  /** Waits for something that happens before the job ends. */
  def await(what: String)(now: => Boolean): Unit = {
    val limit = System.nanoTime() + MINUTES.toNanos(10)
    while (!now) {
      if (!process.isAlive || System.nanoTime() > limit)
        throw new IllegalStateException(s"Missing: $what\n${Files.readString(err)}")
      MILLISECONDS.sleep(10)
    }
  }

  def ended(): Ended = {
    if (!process.waitFor(10, MINUTES)) stop()
    Ended(process.waitFor(), Files.readString(out), Files.readString(err))
  }

  def stop(): Unit = {
    driver.foreach(Processes.kill)
    Processes.kill(process.toHandle)
  }

  private def deployedDriver: Option[ProcessHandle] =
    Processes.all.find { handle =>
      val words = Processes.arguments(handle)
      runId.exists(words.contains) && words.exists(Submission.drivers.contains)
    }

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

  /** The mains of drivers that Spark starts on a cluster. */
  private val drivers = Seq(
    "org.apache.spark.deploy.worker.DriverWrapper",
    "org.apache.spark.deploy.yarn.ApplicationMaster"
  )
}
