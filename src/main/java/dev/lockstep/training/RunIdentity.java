package dev.lockstep.training;

import dev.lockstep.config.Task;
import java.time.LocalDate;

/**
 * Whose rows a run's rows are.
 *
 * @param logicalDate null where the run has none
 */
public record RunIdentity(String runId, String model, LocalDate logicalDate, Task task) {}
