/**
 * What a column's values are like: states that merge without rounding, what they finish to, and how
 * far two of them are apart. May use numeric.
 */
package dev.lockstep.validation.profile;
