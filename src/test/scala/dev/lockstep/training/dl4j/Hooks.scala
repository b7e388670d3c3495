package dev.lockstep.training.dl4j

import java.util.concurrent.ConcurrentLinkedQueue
import org.deeplearning4j.nn.api.Model
import org.deeplearning4j.spark.api.TrainingHook
import org.nd4j.linalg.dataset.api.{DataSet, MultiDataSet}

object Hooks {

  /** What the hooks of this JVM's workers saw: (before or after, data set's kind, examples). */
  val seen = new ConcurrentLinkedQueue[(String, String, Int, Double)]

  final class Watching extends TrainingHook {
    private def add(when: String, kind: String, examples: Long, model: Model): Unit =
      seen.add((when, kind, examples.toInt, model.params.sumNumber.doubleValue))
    override def preUpdate(data: DataSet, model: Model): Unit =
      add("before", "DataSet", data.numExamples.toLong, model)
    override def postUpdate(data: DataSet, model: Model): Unit =
      add("after", "DataSet", data.numExamples.toLong, model)
    override def preUpdate(data: MultiDataSet, model: Model): Unit =
      add("before", "MultiDataSet", data.getFeatures(0).size(0), model)
    override def postUpdate(data: MultiDataSet, model: Model): Unit =
      add("after", "MultiDataSet", data.getFeatures(0).size(0), model)
  }

  final class Failing extends TrainingHook {
    private def fail(): Unit = throw new IllegalStateException("a hook's failure")
    override def preUpdate(data: DataSet, model: Model): Unit = fail()
    override def postUpdate(data: DataSet, model: Model): Unit = fail()
    override def preUpdate(data: MultiDataSet, model: Model): Unit = fail()
    override def postUpdate(data: MultiDataSet, model: Model): Unit = fail()
  }
}
