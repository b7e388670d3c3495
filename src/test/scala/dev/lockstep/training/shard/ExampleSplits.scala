package dev.lockstep.training.shard

import org.nd4j.linalg.dataset.MultiDataSet
import scala.collection.JavaConverters._

/** Opens the package's own splitting to other tests. */
object ExampleSplits {
  def examples(batch: MultiDataSet): Seq[Example] = ExampleSplit.examples(batch).asScala
}
