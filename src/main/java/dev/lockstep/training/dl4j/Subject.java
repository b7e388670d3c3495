package dev.lockstep.training.dl4j;

import dev.lockstep.network.Trainability;
import dev.lockstep.network.TrainableNetwork;
import java.util.function.DoubleConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;

/**
 * What is trained: the user's own network object on the driver, and the Spark wrapper around it.
 *
 * @param sparkScore sets the wrapper's score
 */
record Subject(JavaSparkContext spark, TrainableNetwork network, DoubleConsumer sparkScore) {

  static Subject of(SparkDl4jMultiLayer wrapper) {
    return new Subject(wrapper.getSparkContext(), checked(wrapper.getNetwork()), wrapper::setScore);
  }

  static Subject of(SparkComputationGraph wrapper) {
    return new Subject(wrapper.getSparkContext(), checked(wrapper.getNetwork()), wrapper::setScore);
  }

  private static TrainableNetwork checked(Model model) {
    return Trainability.check("network", TrainableNetwork.of(model));
  }

  Model model() {
    return network.model();
  }

  /** The score that the network and its wrapper tell from now on. */
  void score(double score) {
    sparkScore.accept(score);
    if (model() instanceof MultiLayerNetwork stack) {
      stack.setScore(score);
    } else {
      ((ComputationGraph) model()).setScore(score);
    }
  }
}
