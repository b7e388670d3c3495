package dev.lockstep.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a committed directory holds: every file but {@code manifest.json} itself, sorted by path,
 * and what its writer says of them.
 *
 * <p>As JSON it carries the SHA-256 of its own content, so that a damaged manifest is no manifest.
 */
public record Manifest(List<ManifestFile> files, Map<String, String> properties) {
  static final String NAME = "manifest.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** The file's form: the record's fields and the digest of the record alone. */
  private record Signed(List<ManifestFile> files, Map<String, String> properties, String sha256) {}

  public Manifest {
    files = files.stream().sorted(Comparator.comparing(ManifestFile::path)).toList();
    properties = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(properties));
  }

  /** The file of that path, relative to the directory. */
  public Optional<ManifestFile> file(String path) {
    return files.stream().filter(file -> file.path().equals(path)).findFirst();
  }

  byte[] toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter()
          .writeValueAsBytes(new Signed(files, properties, digest()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write manifest: " + this, e);
    }
  }

  /** Empty when the bytes are no manifest, or not the one that was written. */
  static Optional<Manifest> fromJson(byte[] bytes) {
    try {
      Signed signed = JSON.readValue(bytes, Signed.class);
      if (signed == null || signed.files() == null || signed.properties() == null) {
        return Optional.empty();
      }
      if (!signed.files().stream().allMatch(file -> isWithin(file.path()))) {
        return Optional.empty();
      }
      Manifest manifest = new Manifest(signed.files(), signed.properties());
      return manifest.digest().equals(signed.sha256()) ? Optional.of(manifest) : Optional.empty();
    } catch (IOException | NullPointerException e) {
      return Optional.empty();
    }
  }

  /** Whether the path stays within the directory that it is relative to. */
  static boolean isWithin(String path) {
    return Arrays.stream(path.split("/", -1))
        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  private String digest() throws JsonProcessingException {
    return Sha256.of(JSON.writeValueAsBytes(this));
  }
}
