package dev.lockstep.training.replica

import dev.lockstep.training.Networks
import dev.lockstep.training.shard.{ExampleBlock, ExampleSplits}
import org.nd4j.linalg.api.ndarray.INDArray
import org.nd4j.linalg.dataset.MultiDataSet
import org.nd4j.linalg.factory.Nd4j
import org.scalatest.funsuite.AnyFunSuite

/** Batches against DL4J's own merging of the same examples. */
class ExampleBatchSuite extends AnyFunSuite with Networks {

  private def same(actual: INDArray, expected: INDArray): Boolean =
    if (expected == null) actual == null
    else actual != null && actual.shape.sameElements(expected.shape) && actual.equals(expected)

  private def agree(whole: Seq[MultiDataSet], ids: Seq[Int]): Unit = {
    val block = new ExampleBlock(0, whole.flatMap(ExampleSplits.examples(_)).toArray)
    val batch = new ExampleBatch(ids.size)
    batch.fill(block, ids.reverse.toArray, 0).examples() // memory that held other examples
    val actual = batch.fill(block, (7 +: ids).toArray, 1).examples()
    val expected = Set(whole).batch(ids)
    def all(actual: Array[INDArray], expected: Array[INDArray]): Boolean =
      if (expected == null) actual.forall(_ == null)
      else actual.zip(expected).forall { case (one, other) => same(one, other) }
    assert(all(actual.features, expected.getFeatures), "features")
    assert(all(actual.labels, expected.getLabels), "labels")
    assert(all(actual.featureMasks, expected.getFeaturesMaskArrays), "masks of features")
    assert(all(actual.labelMasks, expected.getLabelsMaskArrays), "masks of labels")
  }

  private val orders = Seq(Seq(3), Seq(5, 1), Seq(11, 0, 7, 4, 2), 0 until 12)

  private val kinds = Seq[(String, Seq[Kind], Seq[Kind])](
    ("vectors and classes", Seq(Vector(5)), Seq(Classes(3))),
    ("images", Seq(Image(2, 4)), Seq(Vector(2))),
    ("sequences with a class a step", Seq(Sequence(3, 6)), Seq(ClassPerStep(2, 6))),
    ("sequences with one class", Seq(Sequence(3, 6)), Seq(Classes(2))),
    (
      "several inputs and outputs",
      Seq(Sequence(2, 4), Image(1, 3), Vector(2)),
      Seq(Classes(2), ClassPerStep(3, 4))
    )
  )

  for ((name, features, labels) <- kinds)
    test(s"$name are batched as DL4J merges them") {
      val set = examples(12, features, labels)
      orders.foreach(agree(set.examples, _))
    }

  test("masks that examples bring along are kept, and padded") {
    def masked(example: MultiDataSet, row: Int): MultiDataSet = {
      val steps = example.getFeatures(0).size(2)
      val mask = Nd4j.ones(1L, steps).putScalar(0, row % steps, 0)
      new MultiDataSet(
        example.getFeatures,
        example.getLabels,
        Array(mask),
        if (row % 2 == 0) Array(mask.dup) else Array(Nd4j.ones(1L, steps))
      )
    }
    val plain = examples(12, Seq(Sequence(3, 6)), Seq(ClassPerStep(2, 6)))
    val set = plain.examples.zipWithIndex.map { case (example, row) => masked(example, row) }
    orders.foreach(agree(set, _))
  }
}
