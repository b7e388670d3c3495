package dev.lockstep.training.replica.update;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * Where training stands.
 *
 * @param iteration from 0
 * @param epoch from 0
 * @param learningRate of this update; 1 for updaters without one
 */
record Moment(int iteration, int epoch, double learningRate) {
  double value(ISchedule schedule) {
    return schedule.valueAt(iteration, epoch);
  }
}
