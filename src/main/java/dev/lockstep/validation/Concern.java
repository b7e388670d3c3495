package dev.lockstep.validation;

/** What a finding is about; the gravest first. */
enum Concern {
  DAY,
  SCHEMA,
  VOLUME,
  LABEL,
  UNSEEN,
  DRIFT
}
