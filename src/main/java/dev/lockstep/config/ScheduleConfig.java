package dev.lockstep.config;

/**
 * The learning rate over time; t counts iterations or epochs from 0, as {@code unit} says.
 *
 * <p>In config either a number (fixed), or an object with {@code schedule}, {@code initial} and
 * that schedule's keys.
 */
public sealed interface ScheduleConfig {
  /** The learning rate at t = 0. */
  double initial();

  /** Never changes. */
  record Fixed(double initial) implements ScheduleConfig {}

  /** initial * rate^floor(t / every). */
  record Step(double initial, double rate, double every, TrainConfig.Unit unit)
      implements ScheduleConfig {}

  /** initial * rate^t. */
  record Exponential(double initial, double rate, TrainConfig.Unit unit)
      implements ScheduleConfig {}

  /** initial / (1 + rate * t)^power. */
  record Inverse(double initial, double rate, double power, TrainConfig.Unit unit)
      implements ScheduleConfig {}
}
