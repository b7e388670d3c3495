package dev.lockstep.network;

import dev.lockstep.config.ScheduleConfig;
import dev.lockstep.config.TrainConfig;
import dev.lockstep.config.UpdaterConfig;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** DL4J's updaters and learning-rate schedules from config. */
final class Updaters {
  private Updaters() {}

  static IUpdater of(UpdaterConfig updater) {
    IUpdater made =
        switch (updater.type()) {
          case SGD -> new Sgd();
          case NESTEROV -> Nesterovs.builder().momentum(updater.momentum()).build();
          case ADAM ->
              Adam.builder()
                  .beta1(updater.beta1())
                  .beta2(updater.beta2())
                  .epsilon(updater.epsilon())
                  .build();
          case RMSPROP ->
              RmsProp.builder().rmsDecay(updater.decay()).epsilon(updater.epsilon()).build();
          case ADAGRAD -> AdaGrad.builder().epsilon(updater.epsilon()).build();
        };
    ScheduleConfig rate = updater.learningRate();
    made.setLrAndSchedule(
        rate.initial(), rate instanceof ScheduleConfig.Fixed ? null : schedule(rate));
    return made;
  }

  private static ISchedule schedule(ScheduleConfig rate) {
    if (rate instanceof ScheduleConfig.Step step) {
      return new StepSchedule(type(step.unit()), step.initial(), step.rate(), step.every());
    }
    if (rate instanceof ScheduleConfig.Exponential exponential) {
      return new ExponentialSchedule(
          type(exponential.unit()), exponential.initial(), exponential.rate());
    }
    if (rate instanceof ScheduleConfig.Inverse inverse) {
      return new InverseSchedule(
          type(inverse.unit()), inverse.initial(), inverse.rate(), inverse.power());
    }
    return new FixedSchedule(rate.initial());
  }

  private static ScheduleType type(TrainConfig.Unit unit) {
    return unit == TrainConfig.Unit.EPOCH ? ScheduleType.EPOCH : ScheduleType.ITERATION;
  }
}
