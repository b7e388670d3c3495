package dev.lockstep.validation.profile;

import java.util.List;

/**
 * How far the single days of a profile's rows are from all of them: what is usual for a day.
 *
 * @param days that were compared
 * @param constantDays those of them on which all rows have the same value
 * @param oneValue true of a column that tells the day (a month, a holiday): one value a day, and
 *     not the same on all days
 * @param stability the greatest {@link PopulationStability} of a day
 * @param gap the greatest {@link Gap} of a day
 * @param unseen the greatest fraction of a day's rows whose category no other day has
 * @param shift the second greatest {@link DayShift} of a day from the nearest other one: one odd
 *     day among them does not count
 * @param odds the greatest {@link Odds} of a day, of the label; 0 of features and of profiles that
 *     were made before there was one
 * @param quantiles of each day's numbers; empty for categories
 */
public record DayRange(
    int days,
    int constantDays,
    boolean oneValue,
    double stability,
    double gap,
    double unseen,
    double shift,
    double odds,
    List<DayShift.Day> quantiles) {}
