package dev.lockstep.training.averaging;

import org.apache.spark.SparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What an epoch really trained on, counted where it happens: the samples, and their loss as it was
 * before their update. DL4J itself tells only the last mini-batch's. A task that Spark repeats
 * counts again, in samples and loss alike.
 */
final class EpochMeasure implements TrainingHook {
  private static final long serialVersionUID = 1L;

  private final LongAccumulator samples;
  private final DoubleAccumulator loss;

  EpochMeasure(SparkContext spark) {
    this.samples = spark.longAccumulator("samples");
    this.loss = spark.doubleAccumulator("loss");
  }

  long samples() {
    return samples.sum();
  }

  /** Summed over the samples; L1 and L2 included, as in a mean loss. */
  double lossSum() {
    return loss.sum();
  }

  @Override
  public void preUpdate(DataSet minibatch, Model model) {}

  @Override
  public void postUpdate(DataSet minibatch, Model model) {
    add(minibatch.numExamples(), model);
  }

  @Override
  public void preUpdate(MultiDataSet minibatch, Model model) {}

  @Override
  public void postUpdate(MultiDataSet minibatch, Model model) {
    add(minibatch.getFeatures(0).size(0), model);
  }

  private void add(long count, Model model) {
    samples.add(count);
    loss.add(model.score() * count);
  }
}
