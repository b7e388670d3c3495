/**
 * Mains: arguments to config to Spark to pipeline to exit code. May use every package below.
 *
 * <p>A job is a public class with picocli's {@code @Command}, the options of {@code ConfigOptions},
 * {@code RunOptions} and {@code WorkerOptions} as {@code @Mixin} fields, a {@code call} that
 * returns a {@code JobOutput}, and a {@code main} that hands it to {@code JobRunner}. {@code
 * SparkSessions} opens its Spark session.
 */
package dev.lockstep.job;
