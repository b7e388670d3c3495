package dev.lockstep.bench;

/** Some rows of the table that are measured together. */
@FunctionalInterface
interface Section {
  void run(Ground ground, Table table) throws Exception;
}
