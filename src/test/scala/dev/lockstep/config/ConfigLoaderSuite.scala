package dev.lockstep.config

import java.nio.file.{Files, Path, Paths}
import java.util.{Optional, OptionalDouble, OptionalInt}

import scala.collection.JavaConverters._

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.deeplearning4j.nn.weights.WeightInit
import org.nd4j.linalg.activations.Activation
import org.scalatest.funsuite.AnyFunSuite

class ConfigLoaderSuite extends AnyFunSuite {
  import TinyConfig.load

  test("what is not set takes the reference's default") {
    val config = load()
    assert(config.store == "var/store")
    assert(config.data.where == "" && config.data.date == Optional.empty)
    assert(config.data.split == new SplitConfig.ByHash(0.1, 0.1))
    assert(config.data.features.encoding == FeaturesConfig.Encoding.ONE_HOT)
    assert(config.train.batchSize == 256 && config.train.epochs == 10 && config.train.seed == 7)
    assert(config.train.shards == 8 && config.train.workers == OptionalInt.empty)
    assert(
      config.train.checkpointEvery == new TrainConfig.CheckpointEvery(1, TrainConfig.Unit.EPOCH)
    )
    assert(config.train.updater.`type` == UpdaterConfig.Type.ADAM)
    assert(config.train.updater.learningRate == new ScheduleConfig.Fixed(0.001))
    assert(config.train.clipping == Optional.empty && config.train.earlyStopping == Optional.empty)
    assert(
      config.gate == new GateConfig(
        "auc",
        0.0,
        OptionalDouble.empty,
        GateConfig.DecideBy.GAIN,
        0.95,
        1000,
        Optional.empty()
      )
    )
    assert(config.train.start == TrainConfig.Start.FRESH)
    val dense = new LayerConfig.Dense(4, "relu", OptionalDouble.empty, OptionalDouble.empty)
    assert(config.network.layers.asScala == Seq(dense))
  }

  test("each setting can be set") {
    val config = load("""
      store = "hdfs://namenode/lockstep"
      data {
        where = "month <= 6", date = date, window = 60 days, task = multiclass
        features { categorical = [c], arrays = [v], encoding = hashed, hash-buckets = 64 }
        split { validation-days = 3, test-days = 7 }
        rules = [ { check = "a > 0" }, { check = "b is not null", min-fraction = 0.99 } ]
      }
      network {
        layers = [
          { type = dense, units = 8, activation = tanh, l1 = 0.1, l2 = 0 }
          { type = batch-norm, decay = 0.99 }, { type = dropout, rate = 0.2 }, { type = activation, function = elu }
        ]
        l1 = 0.5, l2 = 0.25, weight-init = relu
      }
      train {
        epochs = 3, batch-size = 100, seed = 0, shards = 7, workers = 3, checkpoint-every = 500 iterations
        keep-checkpoints = 2, max-attempts = 1, trainer = exact, timeout = 90 seconds
        updater { type = nesterov, momentum = 0.8, weight-decay = 0.01 }
        updater.learning-rate = { schedule = step, initial = 0.1, rate = 0.5, every = 2, unit = iteration }
        clipping { type = l2-per-layer, threshold = 1 }
        early-stopping { patience = 2 }
      }
      evaluate.slices = [c]
      gate { metric = macro-f1, min-gain = 0.01, floor = 0.6, decide-by = interval, confidence = 0.9, bootstrap = 200 }
      gate.slices { max-drop = 0.02 }
      train.start = champion
    """)
    assert(config.data.windowDays == OptionalInt.of(60))
    assert(config.data.split == new SplitConfig.ByDays(3, 7))
    assert(config.data.rules.asScala.map(_.minFraction) == Seq(1.0, 0.99))
    assert(config.data.features.hashBuckets == 64)
    assert(
      config.network.layers.asScala == Seq(
        new LayerConfig.Dense(8, "tanh", OptionalDouble.of(0.1), OptionalDouble.of(0)),
        new LayerConfig.BatchNorm(0.99, 1e-5),
        new LayerConfig.Dropout(0.2),
        new LayerConfig.Activation("elu")
      )
    )
    assert(config.train.seed == 0 && config.train.workers == OptionalInt.of(3))
    assert(
      config.train.checkpointEvery == new TrainConfig.CheckpointEvery(
        500,
        TrainConfig.Unit.ITERATION
      )
    )
    assert(
      config.train.updater.learningRate ==
        new ScheduleConfig.Step(0.1, 0.5, 2, TrainConfig.Unit.ITERATION)
    )
    assert(config.train.timeout == java.time.Duration.ofSeconds(90))
    assert(config.train.clipping.get == new ClippingConfig(ClippingConfig.Type.L2_PER_LAYER, 1))
    assert(config.train.earlyStopping.get == new TrainConfig.EarlyStopping(2, 0))
    assert(
      config.gate == new GateConfig(
        "macro-f1",
        0.01,
        OptionalDouble.of(0.6),
        GateConfig.DecideBy.INTERVAL,
        0.9,
        200,
        Optional.of(
          new GateConfig.SlicesConfig(java.util.Collections.singletonList("c"), 0.02, 200)
        )
      )
    )
    assert(config.train.start == TrainConfig.Start.CHAMPION)
  }

  test("a timeout has a unit") {
    val units =
      Seq(
        "1500 ms" -> 1500L,
        "2s" -> 2000L,
        "3 minutes" -> 180000L,
        "1 h" -> 3600000L,
        "1 day" -> 86400000L
      )
    units.foreach { case (text, millis) =>
      assert(load(s"train.timeout = $text").train.timeout.toMillis == millis)
    }
  }

  test("every schedule of the learning rate can be set") {
    val unit = TrainConfig.Unit.EPOCH
    val schedules = Seq(
      "0.25" -> new ScheduleConfig.Fixed(0.25),
      "{ schedule = exponential, initial = 1, rate = 0.5 }" -> new ScheduleConfig.Exponential(
        1,
        0.5,
        unit
      ),
      "{ schedule = inverse, initial = 1, rate = 0, power = 2 }" -> new ScheduleConfig.Inverse(
        1,
        0,
        2,
        unit
      )
    )
    schedules.foreach { case (text, expected) =>
      assert(load(s"train.updater.learning-rate = $text").train.updater.learningRate == expected)
    }
  }

  test("a network needs no hidden layer, and may come from a file instead") {
    assert(load("network.layers = []").network.layers.isEmpty)
    val dl4j = load("network { layers = null, dl4j = network.json }").network
    assert(dl4j.dl4j == Optional.of("network.json") && dl4j.layers.isEmpty)
    assert(
      load("network { layers = null, keras = network.h5 }").network.keras == Optional.of(
        "network.h5"
      )
    )
  }

  test("--set wins over the file, later ones over earlier ones, and its text may be SQL or a URI") {
    val config = load(
      "train.epochs = 5",
      Seq(
        "train.epochs=6",
        "train.epochs=7",
        "data.where=month = 1 # and more",
        "data.features.numeric=[a, \"c\"]",
        "store=s3a://bucket/lockstep",
        "train.workers=2",
        "train.updater={type = sgd, learning-rate = 0.1}"
      )
    )
    assert(config.train.epochs == 7 && config.train.workers == OptionalInt.of(2))
    assert(config.data.where == "month = 1 # and more")
    assert(config.data.features.numeric == java.util.List.of("a", "c"))
    assert(config.store == "s3a://bucket/lockstep")
    assert(config.train.updater.`type` == UpdaterConfig.Type.SGD)
  }

  test("--store and --workers win over --set") {
    val source = new ConfigSource(
      Optional.of(TinyConfig.file(TinyConfig.text)),
      java.util.List.of("store=a", "train.workers=2"),
      Optional.of("b"),
      Optional.of("auto")
    )
    val config = ConfigLoader.load(source)
    assert(config.store == "b" && config.train.workers == OptionalInt.empty)
  }

  test("a file may take values from the environment and from other settings") {
    val home = Option(System.getenv("HOME")).getOrElse("unset")
    val config =
      load("store = \"unset\"\nstore = ${?HOME}\ntrain { shards = 3, workers = ${train.shards} }")
    assert(config.store == home && config.train.workers == OptionalInt.of(3))
    assert(load("store = \"kept\"\nstore = ${?LOCKSTEP_NOT_SET}").store == "kept")
  }

  test("the effective settings are one line of JSON with sorted keys that loads to the same") {
    val config = load("train.batch-size = 100")
    assert(!config.json.contains("\n"))
    val again = ConfigLoader.load(TinyConfig.file(config.json))
    assert(again == config)
    def sorted(node: JsonNode): Boolean = {
      val names = node.fieldNames.asScala.toSeq
      names == names.sorted && node.elements.asScala.forall(sorted)
    }
    val parsed = new ObjectMapper().readTree(config.json)
    val top =
      "data evaluate gate lease model network nightly retention score store train validate"
        .split(' ')
        .toSeq
    assert(sorted(parsed) && parsed.fieldNames.asScala.toSeq == top)
  }

  test("the content of a network's file changes the identity, and nothing else of the settings") {
    val plain = load()
    val pinned = plain.withNetworkFile("ab" * 32)
    assert(pinned.identity.matches("[0-9a-f]{64}") && pinned.identity != plain.identity)
    assert(pinned.identity == load().withNetworkFile("ab" * 32).identity)
    assert(pinned.identity != plain.withNetworkFile("cd" * 32).identity)
    assert(pinned.json == plain.json && pinned.train == plain.train)
  }

  test(
    "the identity changes with what decides the prepared data and the trained bits, and with nothing else"
  ) {
    val identity = load().identity
    assert(identity.matches("[0-9a-f]{64}"))
    val same = Seq(
      "store = elsewhere",
      "train.workers = 2",
      "train.max-attempts = 9",
      "train.timeout = 1 hour",
      "train.keep-checkpoints = 9",
      "train.averaging-every = 9",
      "gate.floor = 0.9",
      "gate { decide-by = interval, bootstrap = 9 }",
      "train.start = fresh",
      "train.epochs = \"10\"",
      "train.batch-size = 256.0"
    )
    same.foreach(text => assert(load(text).identity == identity, text))
    val other = Seq(
      "train.seed = 8",
      "train.start = champion",
      "train.shards = 4",
      "train.trainer = parameter-averaging",
      "train { trainer = parameter-averaging, averaging-every = 9 }",
      "evaluate.slices = [a]",
      "data.where = x",
      "model = other",
      "network.layers = []",
      "train.updater.type = sgd"
    )
    assert(other.map(load(_).identity).toSet.size == other.size)
    other.foreach(text => assert(load(text).identity != identity, text))
  }

  test("secrets are masked in the effective settings") {
    val config = load("data.source = \"s3a://key:hunter2@bucket/data\"")
    assert(config.data.source.contains("hunter2"))
    assert(config.json.contains("s3a://***@bucket/data") && !config.json.contains("hunter2"))
    val settings = java.util.Map.of[String, Object]("access-key", "hunter2", "plain", "shown")
    assert(SettingsJson.of(settings) == """{"access-key":"***","plain":"shown"}""")
  }

  test("names of activations and weight distributions are DL4J's") {
    assert(KnownNames.ACTIVATIONS.asScala == Activation.values.map(_.name.toLowerCase).sorted.toSeq)
    val more = Set("distribution", "identity")
    assert(
      KnownNames.WEIGHT_INITS.asScala ==
        WeightInit.values.map(_.name.toLowerCase.replace('_', '-')).filterNot(more).sorted.toSeq
    )
  }

  test("the reference shows every key: uncommented in full, it loads") {
    val reference = new String(Files.readAllBytes(Paths.get("conf/reference.conf")), "UTF-8")
    val settings = reference.substring(0, reference.indexOf("# No settings of their own"))
    val shown = settings
      .replaceAll(
        "(?m)^(\\s*)# ([a-z-]+ = .*|clipping \\{.*|early-stopping \\{.*|slices \\{.*|split \\{ validation-days.*)$",
        "$1$2"
      )
      .replaceAll("(?m)^.*(dl4j|keras) = .*$", "")
      .replaceFirst("split \\{\\s+validation = 0.1\\s+test = 0.1\\s+\\}", "")
      .replace("numeric = []", "numeric = [distance]")
      .replace("slices = []", "slices = [carrier]")
    val config = ConfigLoader.load(TinyConfig.file(shown))
    assert(config.model == "flights-delay" && config.train.clipping.isPresent)
    assert(config.data.split == new SplitConfig.ByDays(3, 7) && config.gate.floor.isPresent)
    assert(config.gate.slices.get.columns == java.util.Collections.singletonList("carrier"))
  }

  private def missing: Path = Paths.get("no-such.conf")

  test("a file that is not there or is no HOCON is one line") {
    val absent = intercept[InvalidConfigException](ConfigLoader.load(missing))
    assert(
      absent.getMessage == "Cannot read no-such.conf: no such file (--conf names a HOCON file)"
    )
    val broken = TinyConfig.file("model = tiny\ntrain {\n  epochs = = 3\n}")
    val refused = intercept[InvalidConfigException](ConfigLoader.load(broken))
    assert(refused.getMessage.startsWith(s"Cannot read $broken, line 3: "))
    assert(!refused.getMessage.contains("\n"))
    val unresolved = TinyConfig.file(TinyConfig.text + "store = ${LOCKSTEP_NOT_SET}")
    val open = intercept[InvalidConfigException](ConfigLoader.load(unresolved))
    assert(open.getMessage.contains("LOCKSTEP_NOT_SET") && !open.getMessage.contains("\n"))
  }
}
