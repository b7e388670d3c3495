package dev.lockstep.job

import java.util.OptionalInt

import dev.lockstep.config.TinyConfig
import dev.lockstep.network.{Blueprint, NetworkShape}
import org.apache.hadoop.conf.Configuration
import org.scalatest.funsuite.AnyFunSuite

class PlanJobSuite extends AnyFunSuite {
  private def plan(arguments: String*): Ended = Streams.run(new PlanJob, arguments: _*)

  private def figures(ended: Ended): Map[String, String] =
    ended.outLines.flatMap { line =>
      line.split(" {2,}") match {
        case Array(name, value, _*) => Some(name -> value)
        case _                      => None
      }
    }.toMap

  private val hadoop = new Configuration()

  private val network =
    """network.layers = [
      |  { type = dense, units = 16 }, { type = batch-norm }, { type = dropout, rate = 0.5 },
      |  { type = dense, units = 8, activation = identity }, { type = activation, function = tanh }
      |]
      |""".stripMargin

  test("1000 samples, batch size 100 and 10 epochs are 10 and 100 updates") {
    val done = plan("--samples", "1000", "--batch-size", "100", "--epochs", "10")
    assert(done.code == 0 && done.err.isEmpty)
    val shown = figures(done)
    assert(shown("iterations per epoch") == "10" && shown("updates in all") == "100")
    assert(shown("parameters") == "unknown")
    assert(done.out.contains("Batch size 50: 20 updates an epoch, 200 in all; "))
    assert(done.out.contains("Batch size 200: 5 updates an epoch, 50 in all; "))
  }

  test("shards and workers add their shares") {
    val shown = figures(
      plan("--samples=1009", "--batch-size=100", "--epochs=1", "--shards=7", "--workers=3")
    )
    assert(shown("last batch of an epoch") == "9")
    assert(shown("samples per shard") == "144 to 145")
    assert(shown("samples per shard and batch") == "14 to 15")
  }

  test("with settings and a width it knows the network, updater and bytes on the wire") {
    val file = TinyConfig.file(TinyConfig.text + network).toString
    val shown = figures(plan("--conf", file, "--samples", "1000", "--workers", "2"))
    // By hand: 3 * 16 + 4 * 16 + 17 * 8 + 9.
    assert(shown("parameters") == "257" && shown("features") == "2")
    assert(shown("sent per worker and iteration") == "1.0 kB")
    assert(shown("updater state per worker") == "1.8 kB")
    val wider = figures(plan("--conf", file, "--samples", "1000", "--features", "10"))
    assert(wider("parameters") == (257 + 8 * 16).toString)
    assert(
      wider("batch size") == "256" && wider("updates in all") == "40" && wider("workers") == "8"
    )
  }

  test("it says where batch norm has too little to normalize over") {
    val file = TinyConfig.file(TinyConfig.text + network).toString
    val notice = "\nWarning: the last batch of an epoch has 8 of 1,032 samples, "
    assert(plan("--conf", file, "--samples", "1032").out.contains(notice))
    assert(!plan("--conf", file, "--samples", "1033").out.contains("Warning: "))
    val small = plan("--conf", file, "--samples", "1032", "--batch-size", "15")
    assert(
      small.out.contains("\nWarning: batches of 15 have fewer than two samples of each of the 8 ")
    )
  }

  test("it says the executors' memory as Spark's options") {
    val file = TinyConfig.file(TinyConfig.text + network).toString
    val small = plan("--conf", file, "--samples", "1000", "--workers", "4", "--executor-cores", "2")
    assert(figures(small)("executors") == "2")
    assert(
      small.out.contains(
        "\n  --num-executors 2 --executor-cores 2 --executor-memory 1024m" +
          " --conf spark.executor.memoryOverhead=384m\n"
      ),
      small.out
    )
    val wide = plan(
      "--conf=" + file,
      "--samples=1000",
      "--workers=1",
      "--set=network.layers=[{type=dense,units=20000},{type=dense,units=5000}]",
      "--set=train.updater.type=sgd" // fewer states on the heap than sums off it
    )
    assert(wide.code == 0 && !wide.out.contains("--executor-memory 1024m"), wide)
    assert(wide.out.contains("-Dorg.bytedeco.javacpp.maxbytes="), wide)
  }

  test("a network's size is the one DL4J gives it") {
    for (
      updater <- Seq("sgd", "nesterov", "adam", "rmsprop", "adagrad");
      task <- Seq("binary", "multiclass")
    ) {
      val config = TinyConfig.load(network, Seq(s"train.updater.type=$updater", s"data.task=$task"))
      val planned = PlannedNetwork.of(config, OptionalInt.of(5), OptionalInt.of(3), hadoop)
      val shape = new NetworkShape(config.data.task, 5, 3)
      val built = Blueprint.ofLayers(config.network, config.train, shape).build()
      val size = planned.size.get
      assert(size.parameters == built.parameters.length)
      val state = built.state.updaterState.length
      assert(planned.updaterState == state, updater)
    }
  }

  test("a width or classes that only the data tell are said to be unknown") {
    def reason(more: String): String = {
      val config = TinyConfig.load(more)
      PlannedNetwork.of(config, OptionalInt.empty, OptionalInt.empty, hadoop).reason
    }
    assert(reason("data.features.categorical = [c]").contains("--features"))
    assert(reason("data.features.arrays = [v]").contains("--features"))
    assert(reason("data.task = multiclass").contains("--classes"))
    assert(reason("network { layers = null, keras = x.h5 }").contains("file"))
    val hashed =
      TinyConfig.load("data.features { categorical = [c], encoding = hashed, hash-buckets = 64 }")
    assert(
      PlannedNetwork
        .of(hashed, OptionalInt.empty, OptionalInt.empty, hadoop)
        .features == OptionalInt.of(66)
    )
  }

  test("samples are counted from the source's footers, less the other splits") {
    val done = plan("--conf", "conf/flights.conf")
    val shown = figures(done)
    // data/README.md: 327,346 flights; 0.8 of them.
    assert(shown("samples") == "261,877", done)
    assert(done.out.contains("at most"))
    assert(done.out.contains("--features"))
  }

  private val refused = Seq(
    Seq() -> "Missing --samples: no value (required without --conf FILE)",
    Seq("--samples=5") -> "Missing --batch-size: no value",
    Seq("--samples=5", "--batch-size=0") -> "Invalid --batch-size: 0 (must be at least 1)",
    Seq(
      "--samples=-5",
      "--batch-size=1",
      "--epochs=1"
    ) -> "Invalid --samples: -5 (must be at least 1)",
    Seq("--samples=5", "--batch-size=1", "--epochs=1", "--executor-cores=0") ->
      "Invalid --executor-cores: 0 (must be at least 1)",
    Seq("--samples=x") -> "Invalid value for option '--samples': 'x'",
    Seq(
      "--samples=5",
      "--batch-size=1",
      "--epochs=1",
      "--shards=6"
    ) -> "Invalid train.shards: 6 (must be at most the",
    Seq("--samples=5", "--batch-size=1", "--epochs=1", "--shards=2", "--workers=3") ->
      "Invalid train.workers: 3 (must be at most train.shards, 2)",
    Seq(
      "--conf",
      "conf/flights.conf",
      "--set",
      "data.source=no/such"
    ) -> "Cannot count data.source: no/such ("
  )

  refused.foreach { case (arguments, line) =>
    test(s"refuses ${arguments.mkString(" ")}") {
      val ended = plan(arguments: _*)
      assert(ended.code == 2 && ended.out.isEmpty && ended.errLines.size == 1)
      assert(ended.err.startsWith(line), ended.err)
    }
  }

  test("help shows examples") {
    assert(plan("--help").out.contains("  jobs/plan --samples 1000 --batch-size 100 --epochs 10\n"))
  }
}
