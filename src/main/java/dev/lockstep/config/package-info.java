/**
 * Settings with units and checks: records, and the loader that fills them from HOCON. Uses nothing
 * of the project.
 *
 * <p>{@code ConfigLoader} lays file and assignments over {@code conf/reference.conf}; a {@code
 * Section} reads an object of them key by key; the {@code …Reader} classes say what each section
 * holds.
 */
package dev.lockstep.config;
