/**
 * Atomic directories on any Hadoop file system, described by manifests. Uses nothing of the
 * project.
 */
package dev.lockstep.storage;
