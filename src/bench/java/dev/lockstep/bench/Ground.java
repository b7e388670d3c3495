package dev.lockstep.bench;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * What all sections share.
 *
 * @param spark two slots in this process
 * @param python one that has PyTorch, where the user asked for it
 * @param scratch a folder that is gone afterwards
 */
record Ground(SparkSession spark, Effort effort, Optional<Path> python, Path scratch) {}
