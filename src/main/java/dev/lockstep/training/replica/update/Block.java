package dev.lockstep.training.replica.update;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A block of DL4J's updater: neighbouring parameters with one updater and one stretch of its state,
 * in which each moment has the block's length.
 */
record Block(
    IUpdater updater,
    Rule rule,
    int from,
    int length,
    int stateFrom,
    int moments,
    List<Stretch> stretches) {

  static Block of(UpdaterBlock block) {
    int length = block.getParamOffsetEnd() - block.getParamOffsetStart();
    int stateLength = block.getUpdaterViewOffsetEnd() - block.getUpdaterViewOffsetStart();
    IUpdater updater = block.getGradientUpdater().getConfig();
    return new Block(
        updater,
        Rules.of(updater).orElseThrow(),
        block.getParamOffsetStart(),
        length,
        block.getUpdaterViewOffsetStart(),
        stateLength / length,
        stretches(block));
  }

  /** Where the moment's state of the parameter lies in the flat state. */
  int stateOf(int parameter, int moment) {
    return stateFrom + moment * length + parameter - from;
  }

  Moment moment(int iteration, int epoch) {
    double rate = updater.hasLearningRate() ? updater.getLearningRate(iteration, epoch) : 1;
    return new Moment(iteration, epoch, rate);
  }

  private static List<Stretch> stretches(UpdaterBlock block) {
    List<Stretch> stretches = new ArrayList<>();
    for (UpdaterBlock.ParamState part : block.getLayersAndVariablesInBlock()) {
      Stretch next =
          new Stretch(
              part.getParamOffsetStart(),
              part.getParamOffsetEnd(),
              part.getLayer().updaterDivideByMinibatch(part.getParamName()),
              Penalty.of(part.getLayer().getConfig().getRegularizationByParam(part.getParamName()))
                  .orElseThrow());
      int last = stretches.size() - 1;
      if (last >= 0 && stretches.get(last).joins(next)) {
        stretches.set(last, stretches.get(last).join(next));
      } else {
        stretches.add(next);
      }
    }
    return stretches;
  }
}
