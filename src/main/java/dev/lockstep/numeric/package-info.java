/** Arithmetic whose bits do not depend on order or layout. Uses nothing of the project. */
package dev.lockstep.numeric;
