/** Settings with units and checks. Uses nothing of the project. */
package dev.lockstep.config;
