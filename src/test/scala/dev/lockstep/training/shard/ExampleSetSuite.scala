package dev.lockstep.training.shard

import dev.lockstep.config.Task
import dev.lockstep.network.NetworkShape
import dev.lockstep.training.Networks
import org.apache.spark.api.java.JavaSparkContext
import org.nd4j.linalg.dataset.{DataSet, MultiDataSet}
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.funsuite.AnyFunSuite
import scala.collection.JavaConverters._

class ExampleSetSuite extends AnyFunSuite with Networks {
  private def context = new JavaSparkContext(spark.sparkContext)

  test("examples lie in shards by their place, whatever mini-batches and partitions they come in") {
    val set = examples(23, Seq(Vector(2)), Seq(Vector(3)))
    for (shards <- Seq(1, 3, 5); workers <- Seq(1, math.min(2, shards))) {
      val data =
        ShardedSet.ofExamples(ExampleSet.of(set.rdd), ExampleSet.none(context), shards, workers)
      val blocks = data.rdd.collect().asScala.map(_.training.asInstanceOf[ExampleBlock])
      assert(blocks.map(_.shard) == (0 until shards))
      for (block <- blocks; index <- 0 until block.samples) {
        val row = index * shards + block.shard
        val expected = set.examples(row).getFeatures(0).toFloatVector
        assert(block.example(index).features()(0).values.sameElements(expected), s"row $row")
      }
      assert(blocks.map(_.samples).sum == 23)
      data.close()
    }
  }

  test("examples that are rows are laid out as rows") {
    def shape(labels: Kind): Option[NetworkShape] = {
      val set = ExampleSet.of(examples(9, Seq(Vector(4)), Seq(labels)).rdd)
      Option(set.rowShape(ExampleSet.none(context)).orElse(null))
    }
    assert(shape(Classes(3)).contains(new NetworkShape(Task.MULTICLASS, 4, 3)))
    assert(shape(Vector(1)).contains(new NetworkShape(Task.REGRESSION, 4, 1)))
    assert(shape(Vector(2)).isEmpty)

    val set = examples(9, Seq(Vector(4)), Seq(Classes(3)))
    val data = ShardedSet.ofExamples(ExampleSet.of(set.rdd), ExampleSet.none(context), 2, 1)
    val blocks = data.rdd
      .mapPartitions { pairs =>
        pairs.asScala
          .map(_.training.asInstanceOf[ShardBlock])
          .flatMap(block => (0 until block.samples).map(block.label(_).toInt: Integer))
          .asJava
      }
      .collect()
      .asScala
    val classes = set.examples.map(_.getLabels(0).argMax(1).getInt(0))
    assert(blocks == (0 to 8 by 2).map(classes) ++ (1 to 8 by 2).map(classes))
    data.close()
  }

  test("examples that are others when they are computed again are refused, not trained on") {
    def batch: MultiDataSet =
      new MultiDataSet(Array(Nd4j.rand('c', 2, 2)), Array(Nd4j.rand('c', 2, 3)))
    val rdd = context.parallelize(Seq.fill(3)(batch).asJava, 1).mapPartitions { batches =>
      batches.asScala.take(ExampleSetSuite.batches).asJava
    }
    def failure(before: Int, after: Int): String = {
      ExampleSetSuite.batches = before
      val set = ExampleSet.of(rdd)
      ExampleSetSuite.batches = after
      val data = ShardedSet.ofExamples(set, ExampleSet.none(context), 2, 1)
      try intercept[Exception](data.load()).getMessage
      finally data.close()
    }
    assert(failure(3, 2).contains("Invalid examples: number 4 is missing (the RDD must hold "))
    assert(failure(2, 3).contains("Invalid examples: number 4 is there, of 4 from 0 (the RDD "))
  }

  test("data sets of one input and one output are examples, too") {
    val whole = new DataSet(Nd4j.rand('c', 7, 2), Nd4j.rand('c', 7, 3))
    val set = ExampleSet.ofDataSets(context.parallelize(Seq(whole).asJava, 2))
    assert(set.count == 7)
  }

  test("examples of different shapes are refused in one line, whichever partitions they are in") {
    def of(width: Int, steps: Int): MultiDataSet = new MultiDataSet(
      Array(Nd4j.zeros(2L, width.toLong, steps.toLong)),
      Array(Nd4j.zeros(2L, 3L))
    )
    val good = Seq(of(4, 3), of(4, 5))
    assert(ExampleSet.of(context.parallelize(good.asJava, 2)).count == 4)
    val mixed = Seq(of(4, 3), of(5, 3))
    for (partitions <- 1 to 2) {
      val error = intercept[IllegalArgumentException](
        ExampleSet.of(context.parallelize(mixed.asJava, partitions))
      )
      assert(
        error.getMessage == "Invalid examples: features [4, time], labels [3] and features [5, time], labels [3]" +
          " (must be the same but for the time steps of sequences)"
      )
    }
  }
}

object ExampleSetSuite {

  /** How many mini-batches an RDD that changes holds. */
  @volatile var batches = 0
}
