package dev.lockstep.training.dl4j

import dev.lockstep.plan.SampleOrder
import java.nio.file.Files
import org.apache.commons.io.FileUtils
import org.apache.spark.SparkConf
import org.apache.spark.api.java.JavaSparkContext
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator
import org.deeplearning4j.earlystopping.termination.{
  MaxEpochsTerminationCondition,
  MaxScoreIterationTerminationCondition
}
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork
import org.deeplearning4j.spark.earlystopping.SparkEarlyStoppingTrainer
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer
import org.nd4j.linalg.dataset.DataSet
import org.nd4j.linalg.dataset.api.iterator.TestDataSetIterator
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._

/** What users of DL4J's Spark wrappers get, against plain DL4J on the same batches. */
class SynchronousTrainingMasterSuite extends AnyFunSuite with TrainingMasterFixture {
  private val rows = 41
  private val order = new SampleOrder(rows, 10, 3, 7)

  /** The parameters after three epochs, and the iterations and epochs that the network counts. */
  private def trained(made: Case, set: Set, workers: Int): (Array[Float], Int, Int) = {
    val master = this.master(workers).build()
    try
      if (set.examples.head.getFeatures.length > 1) {
        val network = graphOf(made)
        val data = multi(set)
        (1 to 3).foreach(_ => wrapped(network, master).fitMultiDataSet(data))
        (
          vector(network.params),
          network.getConfiguration.getIterationCount,
          network.getConfiguration.getEpochCount
        )
      } else {
        val network = stackOf(made)
        val data = single(set)
        (1 to 3).foreach(_ => wrapped(network, master).fit(data))
        (vector(network.params), network.getIterationCount, network.getEpochCount)
      }
    finally master.close()
  }

  for (made <- Seq(dense, lstm(adam), graph(adam)))
    test(s"${made.name}: the same bits on 1, 2 and 3 workers, and where plain DL4J ends") {
      val set = made.examples(rows)
      val all = (1 to 3).map(trained(made, set, _))
      all.foreach { case (parameters, iterations, epochs) =>
        assert(parameters.sameElements(all.head._1))
        assert(iterations == 15 && epochs == 3)
      }
      val plain = plainOn(set, made.blueprint, order, 3)
      assert(largestDifference(initial(made.blueprint).parameters, plain) > 1e-2)
      // Sums in float32 in other orders differ by some 1e-7 each.
      assert(largestDifference(all.head._1, plain) <= 1e-5)
    }

  test("a graph takes data sets of one input and output, and shorter rounds change no bit") {
    val made = mixedFree
    val network = graphOf(made)
    val master = this.master(2).iterationsPerRound(2).build()
    val set = made.examples(rows)
    val data = single(set)
    (1 to 3).foreach(_ => wrapped(network, master).fit(data))
    master.close()
    val whole = graphOf(made)
    val other = this.master(1).build()
    (1 to 3).foreach(_ => wrapped(whole, other).fitMultiDataSet(multi(set)))
    other.close()
    assert(network.params.equalsWithEps(whole.params, 0))
    assert(largestDifference(vector(whole.params), plainOn(set, made.blueprint, order, 3)) <= 1e-5)
  }

  private def mixedFree: Case = {
    val configuration = adam
      .graphBuilder()
      .addInputs("in")
      .setInputTypes(org.deeplearning4j.nn.conf.inputs.InputType.feedForward(5))
      .addLayer("hidden", denseLayer(6), "in")
      .addLayer("kind", classes(3), "hidden")
      .setOutputs("kind")
      .build()
    Case("graph of one input", blueprint(configuration), Seq(Vector(5)), Seq(Classes(3)))
  }

  test("examples are laid out once for an RDD, and again for another or after they were deleted") {
    val reads = spark.sparkContext.longAccumulator
    val data = single(dense.examples(rows)).map((set: DataSet) => { reads.add(1); set })
    val master = this.master(2).build()
    val network = wrapped(stackOf(dense), master)
    network.fit(data)
    val once = reads.value
    assert(once > 0)
    network.fit(data)
    network.fit(data.rdd) // Scala's form of the same RDD
    assert(reads.value == once)
    network.fit(single(dense.examples(rows, 1)))
    assert(reads.value == once)
    network.fit(data)
    assert(reads.value == 2 * once)
    assert(master.deleteTempFiles(context))
    network.fit(data)
    assert(reads.value == 3 * once)
    master.close()
  }

  test("an RDD that is asked to be kept is computed once, and let go in the end") {
    val reads = spark.sparkContext.longAccumulator
    val set = dense.examples(rows)
    val data = single(set).map((set: DataSet) => { reads.add(1); set })
    val level = org.apache.spark.storage.StorageLevel.MEMORY_AND_DISK_SER
    val master = this.master(2).storageLevel(level).build()
    wrapped(stackOf(dense), master).fit(data)
    assert(reads.value == set.rdd.count() && data.getStorageLevel == level)
    master.close()
    assert(data.getStorageLevel == org.apache.spark.storage.StorageLevel.NONE)
  }

  test("paths of data sets train to the same bits as the data sets") {
    val folder = Files.createTempDirectory("lockstep-paths-")
    try {
      val set = dense.examples(rows)
      val files = single(set).collect().asScala.zipWithIndex.map { case (data, index) =>
        val file = folder.resolve(f"$index%03d.bin")
        data.save(file.toFile)
        file.toUri.toString
      }
      val paths = context.parallelize(files.asJava, 2)
      val master = this.master(2).build()
      val network = stackOf(dense)
      (1 to 3).foreach(_ => wrapped(network, master).fitPaths(paths))
      val graph = graphOf(mixedFree)
      wrapped(graph, master).fitPaths(paths)
      assert(vector(network.params).sameElements(trained(dense, set, 1)._1))
      assert(graph.getConfiguration.getIterationCount == 5)
      wrapped(network, master).fit(folder.toUri.toString)
      assert(network.getIterationCount == 20 && network.getEpochCount == 4)
      master.close()
    } finally FileUtils.deleteDirectory(folder.toFile)
  }

  test("times of rounds are told where they are asked for") {
    val master = this.master(2).iterationsPerRound(3).build()
    val network = wrapped(stackOf(dense), master)
    val data = single(dense.examples(rows))
    network.fit(data)
    assert(!master.getIsCollectTrainingStats && network.getSparkTrainingStats == null)
    network.setCollectTrainingStats(true)
    network.fit(data)
    val stats = network.getSparkTrainingStats
    assert(stats.getKeySet.size == 6)
    stats.getKeySet.forEach(key => assert(stats.getValue(key).size == 2, key))
    val rounds = stats.getValue(SynchronousTrainingStats.ROUND).asScala.map(_.getDurationMs)
    assert(rounds.sum > 0 && stats.statsAsString.contains(rounds.mkString(",")))
    val folder = Files.createTempDirectory("lockstep-stats-")
    stats.exportStatFiles(folder.toString, spark.sparkContext)
    assert(Files.readAllLines(folder.resolve("RoundMs.txt")).size == 3)
    FileUtils.deleteDirectory(folder.toFile)
    master.close()
  }

  test("DL4J's early stopping for Spark works with it") {
    val set = dense.examples(rows)
    val whole = new TestDataSetIterator(TrainingMasterFixture.single(set.batch(0 until rows)))
    val conf = new EarlyStoppingConfiguration.Builder[MultiLayerNetwork]()
      .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
      .iterationTerminationConditions(new MaxScoreIterationTerminationCondition(100))
      .scoreCalculator(new DataSetLossCalculator(whole, true))
      .modelSaver(new InMemoryModelSaver[MultiLayerNetwork]())
      .evaluateEveryNEpochs(1)
      .build()
    val master = this.master(2).build()
    val network = stackOf(dense)
    val trainer = new SparkEarlyStoppingTrainer(context, master, conf, network, single(set))
    val result = trainer.fit()
    master.close()
    assert(result.getTotalEpochs == 4 && network.getIterationCount == 20)
    val scores = result.getScoreVsEpoch.asScala.toSeq.sortBy(_._1).map(_._2.doubleValue)
    assert(scores.size == 4 && scores.last < scores.head)
    assert(result.getBestModelScore == scores.min)
  }

  test("what cannot be trained is refused in one line") {
    def refused(set: Set, master: SynchronousTrainingMaster): String = {
      val e = intercept[IllegalArgumentException](wrapped(stackOf(dense), master).fit(single(set)))
      e.getMessage
    }
    assert(
      refused(dense.examples(2), master(1).build()) ==
        "Invalid shards: 3 (must be at most the 2 examples to train on)"
    )
    val slots = new SynchronousTrainingMaster.Builder().batchSize(8).workers(8).build()
    assert(
      refused(dense.examples(9), slots) ==
        "Invalid workers: 8 (must be at most the 4 task slots that Spark has now)"
    )
    val strict = new JavaSparkContext(spark.sparkContext) {
      override def getConf: SparkConf = super.getConf.set("spark.driver.maxResultSize", "100")
    }
    val data = single(dense.examples(rows))
    val large = intercept[IllegalArgumentException](
      new SparkDl4jMultiLayer(strict, stackOf(dense), master(1).build()).fit(data)
    )
    assert(large.getMessage.startsWith("Invalid network: its parameters and updater state are "))
    assert(large.getMessage.linesIterator.size == 1 && large.getMessage.contains("maxResultSize"))
  }

  test("a round that fails for ever is told in one line, and the network stays as it was") {
    val network = stackOf(dense)
    val before = vector(network.params)
    val hook = new Hooks.Failing
    val master = this.master(2).maxAttempts(2).trainingHooks(hook).build()
    val e = intercept[IllegalStateException](
      wrapped(network, master).fit(single(dense.examples(rows)))
    )
    assert(e.getMessage.startsWith("Failed to train: ") && e.getMessage.linesIterator.size == 1)
    assert(e.getMessage.contains("a hook's failure") && e.getMessage.contains("2 attempts"), e)
    assert(vector(network.params).sameElements(before) && network.getIterationCount == 0)
    master.removeHook(hook)
    wrapped(network, master).fit(single(dense.examples(rows)))
    assert(network.getIterationCount == 5)
    master.close()
  }
}
