package dev.lockstep.storage;

/**
 * A file of a committed directory.
 *
 * @param path relative to the directory, with {@code /} between names
 * @param length in bytes
 * @param sha256 of the content, 64 lower-case hex digits
 */
public record ManifestFile(String path, long length, String sha256) {}
