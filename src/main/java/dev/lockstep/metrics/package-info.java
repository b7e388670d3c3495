/** The Iceberg tables: every number is a row. May use storage and config. */
package dev.lockstep.metrics;
