package dev.lockstep.cluster

import java.net.{InetAddress, Socket, SocketException, SocketTimeoutException}
import java.nio.file.Files

import scala.collection.JavaConverters._
import scala.util.Using

import dev.lockstep.job.Workplace
import dev.lockstep.{Packaged, SharedSpark}
import org.apache.commons.io.FileUtils
import org.scalatest.funsuite.AnyFunSuite

/** Spark standalone with a shared secret and encrypted RPC: the same bits, nobody else gets in, and
  * the secret is nowhere to be read.
  */
class SecureClusterSuite extends AnyFunSuite with SharedSpark {
  private val secret = java.util.UUID.randomUUID().toString
  private lazy val place = new Workplace(spark)
  private lazy val cluster = new LocalCluster(
    SharedCluster.home,
    place.folder.resolve("cluster"),
    sparkSettings = Map(
      "spark.authenticate" -> "true",
      "spark.authenticate.secret" -> secret,
      "spark.network.crypto.enabled" -> "true"
    )
  )
  sys.addShutdownHook(cluster.stop())

  override def afterAll(): Unit = {
    cluster.stop()
    FileUtils.deleteDirectory(place.folder.toFile)
    super.afterAll()
  }

  private lazy val settings = place.settings(
    """network.layers = [ { type = dense, units = 1024 }, { type = dense, units = 1024 } ]
      |train { epochs = 4, batch-size = 24, shards = 4, workers = auto }
      |""".stripMargin
  )

  private def train(runId: String, options: Seq[String]): Submission = new Submission(
    SharedCluster.home,
    place.folder,
    "train",
    Seq("--conf", settings, "--run-id", runId),
    Mode.environment(cluster)
  )(options: _*)

  /** What a port says before it is told anything, and what it answers to a wrong proof. */
  private def asStranger(port: Int): (Int, Int) =
    Using.resource(new Socket(InetAddress.getLoopbackAddress, port)) { socket =>
      socket.setSoTimeout(2000)
      def read(): Int =
        try socket.getInputStream.readNBytes(Stranger.challengeBytes).length
        catch {
          case _: SocketTimeoutException => 0
          case _: SocketException        => 0 // it was closed on the stranger
        }
      val greeting = read()
      socket.getOutputStream.write(new Array[Byte](Stranger.answerBytes))
      socket.setSoTimeout(60000)
      (greeting, if (greeting == 0) 0 else read())
    }

  test("training is refused to strangers and ends with the same bits", Packaged, Cluster) {
    place.write("orders", place.orders(3000))
    val alone = train("alone", Seq("--master", "local[1]")).ended()
    assert(alone.code == 0, alone)
    cluster.start(Seq("spark"))
    val file = cluster.spark.propertiesFile
    val run = train(
      "secured",
      Mode.standalone(cluster).options ++ Seq("--properties-file", file.toString)
    )
    run.awaitRound(epoch = 2, workers = 2)
    val processes = cluster.spark.executors ++ run.driver
    val greeted = processes
      .flatMap(Sockets.listening)
      .map(asStranger)
      .filter { case (greeting, _) => greeting == Stranger.challengeBytes }
    assert(greeted.nonEmpty && greeted.forall { case (_, answer) => answer == 0 }, greeted)
    val words = (processes ++ cluster.spark.daemons.flatMap(_.process))
      .flatMap(Processes.arguments)
    assert(words.nonEmpty && !words.exists(_.contains(secret)))
    val ended = run.ended()
    assert(ended.code == 0, ended)
    val sha256 = Workplace.json(alone.out)("parameters_sha256")
    assert(Workplace.json(ended.out)("parameters_sha256") == sha256)
    assert(!ended.err.contains("Retrying")) // the strangers disturbed nothing
    assert(Trained.of(place.tables, "secured").sameRows(Trained.of(place.tables, "alone")))
    assert(place.tables.runs("secured").asScala.forall(!_.config.contains(secret)))
    assert(!ended.err.contains(secret) && !ended.out.contains(secret))
    assert(logs.nonEmpty && !logs.exists(_.contains(secret)))
  }

  private def logs: Seq[String] = {
    val folder = Files.walk(cluster.folder)
    try
      folder.iterator.asScala
        .filter(path => path.endsWith("stderr") || path.toString.endsWith(".log"))
        .map(Files.readString(_: java.nio.file.Path))
        .toList
    finally folder.close()
  }
}

private object Stranger {

  /** A worker's first word; then the caller's name, challenge and proof. */
  val challengeBytes = 16
  val answerBytes: Int = 3 * Integer.BYTES + challengeBytes + 32 // of a proof
}
