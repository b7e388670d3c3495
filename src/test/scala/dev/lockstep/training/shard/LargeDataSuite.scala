package dev.lockstep.training.shard

import java.nio.file.{Files, Path}
import java.time.Duration
import java.util.concurrent.TimeUnit.MINUTES

import scala.collection.JavaConverters._

import dev.lockstep.SharedSpark
import dev.lockstep.config.Task
import dev.lockstep.network.{Blueprint, NetworkShape}
import dev.lockstep.plan.SampleOrder
import dev.lockstep.training.replica.BatchFormat
import dev.lockstep.training.round.{Round, Rounds}
import org.apache.hadoop.fs.FileUtil
import org.apache.spark.api.java.JavaSparkContext
import org.apache.spark.launcher.JavaModuleOptions
import org.apache.spark.sql.SparkSession
import org.deeplearning4j.nn.conf.{MultiLayerConfiguration, NeuralNetConfiguration}
import org.deeplearning4j.nn.conf.layers.OutputLayer
import org.nd4j.linalg.activations.Activation
import org.nd4j.linalg.learning.config.Sgd
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction
import org.scalatest.funsuite.AnyFunSuite

class LargeDataSuite extends AnyFunSuite with SharedSpark {
  import LargeTraining._

  test("rows of four times the heap are trained on, to the bits of a heap that has room for them") {
    val folder = Files.createTempDirectory("lockstep-large-")
    try {
      val path = folder.resolve("rows").toString
      write(spark, path)
      val small = inOwnProcess(folder, path)
      assert(small("heap").toLong <= Rows.toLong * (Width + 1) * 4 / 4)
      assert(small("sha256") == train(spark, path, 1))
    } finally FileUtil.fullyDelete(folder.toFile)
  }

  private def inOwnProcess(folder: Path, path: String): Map[String, String] = {
    val out = folder.resolve("out.txt")
    val command = Seq(Path.of(sys.props("java.home"), "bin", "java").toString, s"-Xmx${HeapMb}m") ++
      JavaModuleOptions.defaultModuleOptions().split(" ") ++
      Seq("-Dlog4j2.configurationFile=conf/log4j2.properties", s"-Djava.io.tmpdir=$folder") ++
      Seq("-cp", sys.props("java.class.path"), "dev.lockstep.training.shard.LargeTraining", path)
    val process = new ProcessBuilder(command.asJava)
      .redirectErrorStream(true)
      .redirectOutput(out.toFile)
      .start()
    try assert(process.waitFor(5, MINUTES), "still running")
    finally process.destroyForcibly()
    val lines = Files.readAllLines(out).asScala
    assert(process.exitValue == 0, lines.mkString("\n"))
    lines.map(_.split("=")).collect { case Array(name, value) => name -> value }.toMap
  }
}

/** What the suite trains, in whichever process. */
object LargeTraining {
  val HeapMb = 192
  val Width = 511
  val Rows = 4 * (HeapMb << 20) / ((Width + 1) * 4)

  /** In a process of its own: trains on two workers, prints what the parameters' hash is. */
  def main(arguments: Array[String]): Unit = {
    val session = SparkSession
      .builder()
      .master("local[2]")
      .config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1")
      .config("spark.driver.bindAddress", "127.0.0.1")
      // Below 450 MB of heap Spark starts only if told that it is a test.
      .config("spark.testing.memory", Runtime.getRuntime.maxMemory)
      .config("spark.testing.reservedMemory", 32L << 20)
      .getOrCreate()
    println(s"heap=${Runtime.getRuntime.maxMemory}")
    println(s"sha256=${train(session, arguments(0), 2)}")
    session.stop()
    sys.exit() // Spark's timer of barriers is no daemon
  }

  /** Features of few values, which Parquet keeps small. */
  def write(session: SparkSession, path: String): Unit = {
    import session.implicits._
    val patterns = Array.tabulate(16, Width)((row, k) => (row + k * 7) % 16 / 8f - 1f)
    session
      .range(0, Rows.toLong, 1, 8)
      .map { id =>
        (id.longValue, patterns(((id * 31 + id / 64) % 16).toInt), id % 1000 / 1000.0)
      }
      .toDF("row_id", "features", "label")
      .write
      .option("parquet.block.size", 16L << 20)
      .parquet(path)
  }

  private def network: MultiLayerConfiguration =
    new NeuralNetConfiguration.Builder()
      .seed(7)
      .updater(new Sgd(1e-4))
      .list()
      .layer(
        new OutputLayer.Builder(LossFunction.MSE)
          .nIn(Width.toLong)
          .nOut(1)
          .activation(Activation.IDENTITY)
          .build()
      )
      .build()

  def train(session: SparkSession, path: String, workers: Int): String = {
    val shape = new NetworkShape(Task.REGRESSION, Width, 1)
    val rows = session.read.parquet(path)
    val data = ShardedSet.of(
      new ShardedSet.Rows(rows, Rows.toLong),
      new ShardedSet.Rows(rows.limit(0), 0),
      new ShardedSet.Layout(Width, 2, workers)
    )
    try {
      data.load()
      val order = new SampleOrder(Rows.toLong, 4096, 2, 7)
      val blueprint = Blueprint.ofDl4j(network.toJson, shape)
      val context = JavaSparkContext.fromSparkContext(session.sparkContext)
      new Rounds(context, blueprint, BatchFormat.rows(shape), data, Duration.ofMinutes(5))
        .run(
          new Round(0, 0, order.iterationsPerEpoch, order),
          blueprint.build().state,
          (_, _) => ()
        )
        .state
        .parametersSha256
    } finally data.close()
  }
}
