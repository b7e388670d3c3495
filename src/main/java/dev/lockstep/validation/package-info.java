/**
 * Whether a night's data are like those that the champion was trained on. Knows profiles, not where
 * rows, tables and champions lie. May use config, numeric.
 */
package dev.lockstep.validation;
