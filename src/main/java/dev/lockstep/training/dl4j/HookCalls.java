package dev.lockstep.training.dl4j;

import dev.lockstep.network.Examples;
import dev.lockstep.training.replica.TrainingBatch;
import dev.lockstep.training.replica.UpdateHook;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Calls DL4J's hooks on the workers: with each shard's share of a batch and the worker's replica,
 * before the forward pass and after the update. As in DL4J's own masters, a network of layers gives
 * its hooks a DataSet, a graph a MultiDataSet.
 */
final class HookCalls implements UpdateHook {
  private static final long serialVersionUID = 1L;

  private final ArrayList<TrainingHook> hooks;
  private final transient List<MultiDataSet> shares;

  HookCalls(List<TrainingHook> hooks) {
    this(new ArrayList<>(hooks), new ArrayList<>());
  }

  private HookCalls(ArrayList<TrainingHook> hooks, List<MultiDataSet> shares) {
    this.hooks = hooks;
    this.shares = shares;
  }

  /** A copy for each worker's part of a round. */
  private Object readResolve() {
    return new HookCalls(hooks, new ArrayList<>());
  }

  @Override
  public void beforeUpdate(TrainingBatch share, Model model) {
    MultiDataSet data = of(share.examples());
    shares.add(data);
    for (TrainingHook hook : hooks) {
      if (model instanceof MultiLayerNetwork) {
        hook.preUpdate(single(data), model);
      } else {
        hook.preUpdate(data, model);
      }
    }
  }

  @Override
  public void afterUpdate(Model model) {
    for (MultiDataSet data : shares) {
      for (TrainingHook hook : hooks) {
        if (model instanceof MultiLayerNetwork) {
          hook.postUpdate(single(data), model);
        } else {
          hook.postUpdate(data, model);
        }
      }
    }
    shares.clear();
  }

  private static MultiDataSet of(Examples examples) {
    return new MultiDataSet(
        examples.features(), examples.labels(), examples.featureMasks(), examples.labelMasks());
  }

  private static DataSet single(MultiDataSet data) {
    return new DataSet(
        data.getFeatures(0),
        data.getLabels(0),
        data.getFeaturesMaskArrays()[0],
        data.getLabelsMaskArrays()[0]);
  }
}
