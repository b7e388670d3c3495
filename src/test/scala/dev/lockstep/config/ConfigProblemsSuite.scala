package dev.lockstep.config

import org.scalatest.funsuite.AnyFunSuite

class ConfigProblemsSuite extends AnyFunSuite {
  import TinyConfig.problems

  private val refused = Seq(
    "train.batchsize = 3" -> "Unknown key: train.batchsize (nearest: train.batch-size)",
    "epochs = 3" -> "Unknown key: epochs (nearest: train.epochs)",
    "trian { epochs = 3 }" -> "Unknown key: trian (nearest: train)",
    "network.layers = [{ type = dense, unit = 3, units = 3 }]" ->
      "Unknown key: network.layers[0].unit (nearest: network.layers[0].units)",
    "network.layers = [{ type = batch-norm, units = 3 }]" -> "Unknown key: network.layers[0].units",
    "data.rules = [{ check = x, fraction = 1 }]" ->
      "Unknown key: data.rules[0].fraction (nearest: data.rules[0].min-fraction)",
    "train.early-stopping { patience = 2, delta = 1 }" ->
      "Unknown key: train.early-stopping.delta (nearest: train.early-stopping.min-delta)",
    "entry-defaults.rule.min-fraction = 0" -> "Unknown key: entry-defaults",
    "train.epochs = ten" -> "Invalid train.epochs: \"ten\" (must be a whole number)",
    "train.epochs = 1.5" -> "Invalid train.epochs: 1.5 (must be a whole number)",
    "train.epochs = 0" -> "Invalid train.epochs: 0 (must be at least 1)",
    "train.epochs = -3" -> "Invalid train.epochs: -3 (must be at least 1)",
    "train.epochs = 3000000000" -> "Invalid train.epochs: 3000000000 (must be at most 2147483647)",
    "train.epochs = null" -> "Missing train.epochs: no value (required; ",
    "train.epochs = [1]" -> "Invalid train.epochs: [1] (must be a whole number)",
    "train.batch-size = 0" -> "Invalid train.batch-size: 0 (must be at least 1)",
    "train.seed = x" -> "Invalid train.seed: \"x\" (must be a whole number of 64 bits)",
    "train.shards = 0" -> "Invalid train.shards: 0 (must be at least 1)",
    "train.workers = 0" -> "Invalid train.workers: 0 (must be at least 1)",
    "train.workers = many" -> "Invalid train.workers: \"many\" (must be a whole number)",
    "train { shards = 2, workers = 3 }" -> "Invalid train.workers: 3 (must be at most train.shards, 2: ",
    "train.max-attempts = 0" -> "Invalid train.max-attempts: 0 (must be at least 1)",
    "train.timeout = 5" -> "Invalid train.timeout: 5 (must be a time with its unit, such as 30 seconds",
    "train.timeout = 999 ms" -> "Invalid train.timeout: \"999 ms\" (must be a time",
    "train.timeout = 25 days" -> "Invalid train.timeout: \"25 days\" (must be a time",
    "train.checkpoint-every = 5" -> "Invalid train.checkpoint-every: 5 (must be like 1 epoch or 500 iterations",
    "train.checkpoint-every = 0 epochs" -> "Invalid train.checkpoint-every: \"0 epochs\" (must be",
    "train.start = warm" -> "Unknown train.start: warm (nearest: ",
    "gate.decide-by = chance" -> "Unknown gate.decide-by: chance (nearest: ",
    "gate.confidence = 1" -> "Invalid gate.confidence: 1 (must be in (0, 1))",
    "gate.bootstrap = -1" -> "Invalid gate.bootstrap: -1 (must be at least 0)",
    "gate { decide-by = interval, bootstrap = 0 }" ->
      "Invalid gate.bootstrap: 0 (must be above 0 where gate.decide-by is interval)",
    "evaluate.slices = [c], gate.slices {}" -> "Missing gate.slices.max-drop: no value (required; ",
    "gate.slices { max-drop = 1 }" -> "Missing gate.slices.columns: no column (name some in evaluate.slices",
    "evaluate.slices = [c], gate.slices { columns = [d], max-drop = 1 }" ->
      "Invalid gate.slices.columns: [\"d\"] (d is not in evaluate.slices)",
    "train.trainer = fast" -> "Unknown train.trainer: fast (nearest: exact; known: exact, parameter-averaging)",
    "train.averaging-every = 0" -> "Invalid train.averaging-every: 0 (must be at least 1)",
    "train.updater.type = adamw" -> "Unknown train.updater.type: adamw (nearest: adam; known: sgd, ",
    "train.updater.learning-rate = -0.1" -> "Invalid train.updater.learning-rate: -0.1 (must be above 0)",
    "train.updater.learning-rate = NaN" -> "Invalid train.updater.learning-rate: \"NaN\" (must be a number)",
    "train.updater.momentum = 1" -> "Invalid train.updater.momentum: 1 (must be in [0, 1))",
    "train.updater.epsilon = 0" -> "Invalid train.updater.epsilon: 0 (must be above 0)",
    "train.updater.weight-decay = -1" -> "Invalid train.updater.weight-decay: -1 (must be at least 0)",
    "train.updater.learning-rate { schedule = stepp, initial = 1 }" ->
      "Unknown train.updater.learning-rate.schedule: stepp (nearest: step; known: ",
    "train.updater.learning-rate { schedule = step, initial = 1, every = 2 }" ->
      "Missing train.updater.learning-rate.rate: no value (required; ",
    "train.clipping { type = value, threshold = 0 }" -> "Invalid train.clipping.threshold: 0 (must be above 0)",
    "train.early-stopping { patience = 0 }" -> "Invalid train.early-stopping.patience: 0 (must be at least 1)",
    "train.early-stopping { patience = 1 }, data.split.validation = 0" -> "Invalid train.early-stopping: data.split",
    "train = 3" -> "Invalid train: 3 (must be an object { ... })",
    "network.layers = null" -> "Missing network.layers: no value (required, unless ",
    "network.keras = x.h5" -> "Invalid network.keras: \"x.h5\" (network.layers is set too; ",
    "network.layers = 3" -> "Invalid network.layers: 3 (must be a list of objects)",
    "network.layers = [dense]" -> "Invalid network.layers[0]: \"dense\" (must be an object { ... })",
    "network.layers = [{ type = dens, units = 3 }]" -> "Unknown network.layers[0].type: dens (nearest: dense; known: ",
    "network.layers = [{ units = 3 }]" -> "Missing network.layers[0].type: no value (required; ",
    "network.layers = [{ type = dense, units = 0 }]" -> "Invalid network.layers[0].units: 0 (must be at least 1)",
    "network.layers = [{ type = dense, units = 3, activation = rellu }]" ->
      "Unknown network.layers[0].activation: rellu (nearest: relu; known: cube, elu, ",
    "network.layers = [{ type = dropout, rate = 1 }]" -> "Invalid network.layers[0].rate: 1 (must be in (0, 1))",
    "network.weight-init = xaver" -> "Unknown network.weight-init: xaver (nearest: xavier; known: ",
    "network.l2 = -1" -> "Invalid network.l2: -1 (must be at least 0)",
    "model = a/b" -> "Invalid model: \"a/b\" (must be 1 to 100 letters, digits, ",
    "model = \"..\"" -> "Invalid model: \"..\" (must be 1 to 100 letters, digits, ",
    "model = null" -> "Missing model: no value (required; ",
    "store = \"\"" -> "Invalid store: \"\" (must be a text, not empty)",
    "data.source = null" -> "Missing data.source: no value (required; ",
    "data.key = []" -> "Invalid data.key: [] (must name at least one column)",
    "data.key = id" -> "Invalid data.key: \"id\" (must be a list of column names)",
    "data.key = [id, Id]" -> "Invalid data.key: [\"id\",\"Id\"] (names Id twice)",
    "data.key = [row_id]" -> "Invalid data.key: [\"row_id\"] (row_id is a column that prepare writes; ",
    "data.key = [y]" -> "Invalid data.label: \"y\" (is in data.key)",
    "data.task = ranking" -> "Unknown data.task: ranking (nearest: binary; known: binary, multiclass, regression)",
    "data.window = 60" -> "Invalid data.window: 60 (must be whole days, at least 1, such as 60 days)",
    "data.window = 2 hours" -> "Invalid data.window: \"2 hours\" (must be whole days, ",
    "data.window = 0 days" -> "Invalid data.window: \"0 days\" (must be whole days, ",
    "data.window = 5 days" -> "Missing data.date: no value (required by data.window: ",
    "data.features.numeric = []" -> "Missing data.features: no column (name at least one in ",
    "data.features.numeric = [a, y]" -> "Invalid data.features.numeric: [\"a\",\"y\"] (y is data.label: ",
    "data.features.numeric = [id]" -> "Invalid data.features.numeric: [\"id\"] (id is in data.key: ",
    "data { date = d, features.numeric = [d] }" -> "Invalid data.features.numeric: [\"d\"] (d is data.date; ",
    "data.features.categorical = [a]" -> "Invalid data.features.categorical: [\"a\"] (a is in another list of ",
    "data.features.encoding = onehot" -> "Unknown data.features.encoding: onehot (nearest: one-hot; ",
    "data.features.hash-buckets = 0" -> "Invalid data.features.hash-buckets: 0 (must be at least 1)",
    "data.split.test = 1" -> "Invalid data.split.test: 1 (must be in [0, 1))",
    "data.split.test = -0.1" -> "Invalid data.split.test: -0.1 (must be in [0, 1))",
    "data.split { validation = 0.5, test = 0.5 }" -> "Invalid data.split: {\"test\":0.5,\"validation\":0.5} (",
    "data { date = d, split { test = 0.5, test-days = 3 } }" -> "Invalid data.split: ",
    "data { date = d, split { test-days = 3 } }" -> "Missing data.split.validation-days: no value (required; ",
    "data.split { test-days = 3, validation-days = 1 }" -> "Missing data.date: no value (required by a split by days",
    "data { date = d, window = 4 days, split { test-days = 3, validation-days = 1 } }" -> "Invalid data.split: ",
    "data.rules = [{ check = x, min-fraction = 1.1 }]" ->
      "Invalid data.rules[0].min-fraction: 1.1 (must be in [0, 1])",
    "data.rules = [{ min-fraction = 1 }]" -> "Missing data.rules[0].check: no value (required; ",
    "evaluate.slices = [label]" -> "Invalid evaluate.slices: [\"label\"] (label is a column that prepare writes; ",
    "gate.metric = rmse" -> "Unknown gate.metric: rmse (nearest: auc; known: auc, ",
    "validate.label.odds.warn = 0.5" -> "Invalid validate.label.odds.warn: 0.5 (must be at least 1)",
    "validate.label.odds.warn = 21" -> "Invalid validate.label.odds.warn: 21 (must be at most stop, 20.0)",
    "gate.min-gain = -1" -> "Invalid gate.min-gain: -1 (must be at least 0)"
  )

  refused.foreach { case (text, line) =>
    test(s"refuses $text") {
      val lines = problems(text)
      assert(lines.size == 1, lines.mkString("\n"))
      assert(lines.head.startsWith(line))
    }
  }

  test("reports all problems at once, one line each") {
    val lines =
      problems("train { epochs = ten, batch-size = 0, workers = x }, modell = y, data.label = null")
    assert(lines.size == 5, lines.mkString("\n"))
  }

  Seq("train.epochs", "=3", "a..b=3", "network.layers[0].units=3").foreach { text =>
    test(s"refuses --set $text") {
      val line = s"Invalid --set: $text (must be key=value, such as train.epochs=20)"
      assert(problems(sets = Seq(text)) == Seq(line))
    }
  }
}
