package dev.lockstep.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.lockstep.config.Secrets;
import dev.lockstep.metrics.MetricsTables;
import dev.lockstep.metrics.VersionRow;
import dev.lockstep.network.Blueprint;
import dev.lockstep.network.NetworkFile;
import dev.lockstep.network.NetworkState;
import dev.lockstep.storage.AtomicDirectory;
import dev.lockstep.storage.CommittedDirectory;
import dev.lockstep.storage.Store;
import dev.lockstep.storage.StoreException;
import dev.lockstep.validation.profile.Profile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;

/**
 * The model versions on the store, {@code models/<model>/<version>/{network.zip, features/,
 * provenance.json}}, and their rows. A version never changes once it is there; only its status
 * does, which is its row's.
 */
public final class Versions {
  private static final String NETWORK = "network.zip";
  private static final String PROVENANCE = "provenance.json";
  private static final String FEATURES = "features";
  private static final String PROFILE = Profile.FILE;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  private final Store store;
  private final MetricsTables tables;

  public Versions(Store store, MetricsTables tables) {
    this.store = store;
    this.tables = tables;
  }

  /**
   * A version as it lies on the store.
   *
   * @param sha256 of network.zip, in hex
   */
  public record Version(Path path, Provenance provenance, String sha256) {}

  /** A network that training ended with. */
  public record Trained(Blueprint blueprint, NetworkState state) {}

  public Optional<Version> find(String model, String version) {
    Path path = path(model, version);
    return CommittedDirectory.read(store, path)
        .map(
            directory -> {
              try {
                Provenance provenance =
                    JSON.readValue(directory.bytes(PROVENANCE), Provenance.class);
                String sha256 = directory.manifest().file(NETWORK).orElseThrow().sha256();
                return new Version(path, provenance, sha256);
              } catch (StoreException e) {
                throw withRemedy(e, path);
              } catch (IOException e) {
                throw new StoreException("Invalid version: " + path + " (" + e + ")", e);
              }
            });
  }

  /**
   * Compares every file of a version with its manifest.
   *
   * @throws StoreException that names the first one which is missing or differs, and what to do
   */
  public void verify(Version version) {
    whole(
        version,
        directory -> {
          directory.verify();
          return directory;
        });
  }

  private <T> T whole(Version version, Function<CommittedDirectory, T> reading) {
    CommittedDirectory directory =
        CommittedDirectory.read(store, version.path())
            .orElseThrow(() -> new StoreException("Missing version: " + version.path()));
    try {
      return reading.apply(directory);
    } catch (StoreException e) {
      throw withRemedy(e, version.path());
    }
  }

  /**
   * A damaged version is not made again unasked: it may be the champion, and its run's data and
   * checkpoints may be gone.
   */
  private static StoreException withRemedy(StoreException problem, Path version) {
    return problem.isDamage()
        ? new StoreException(
            "%s: remove %s, then jobs/train makes it again"
                .formatted(problem.getMessage(), version),
            problem)
        : problem;
  }

  /**
   * The version that scoring uses; empty where the model has none.
   *
   * @throws StoreException if its directory is gone or damaged
   */
  public Optional<Version> champion(String model) {
    return Succession.champion(tables.versions(model))
        .map(
            row ->
                find(model, row.version())
                    .orElseThrow(
                        () ->
                            new StoreException(
                                "Missing version: %s, the champion of %s (no valid manifest in %s)"
                                    .formatted(row.version(), model, row.path()))));
  }

  /** The bytes of a version's network.zip, checked against its manifest. */
  public byte[] network(Version version) {
    return whole(version, directory -> directory.bytes(NETWORK));
  }

  /**
   * A version's fitted feature pipeline, each file checked against the manifest.
   *
   * @throws StoreException that names the first file which is missing or differs
   */
  public Path features(Version version) {
    return whole(
        version,
        directory -> {
          directory.verify(FEATURES + "/");
          return new Path(version.path(), FEATURES);
        });
  }

  /**
   * Adds a candidate. Where the version is there already, from an attempt that was killed between
   * its directory and its row, only the row is made good.
   *
   * @param features the fitted feature pipeline in the run's prepared data, which goes with the
   *     network; a {@code profile.json} beside it comes along
   * @throws StoreException if either is not what the prepared data's manifest says, among others
   */
  public Version add(Trained trained, Path features, Provenance provenance) {
    Optional<Version> present = find(provenance.model(), provenance.version());
    Version version = present.orElseGet(() -> write(trained, features, provenance));
    register(version);
    return version;
  }

  /**
   * Makes a version's row good where it is missing: an attempt may have been killed between the
   * version's directory and its row.
   */
  public void register(Version version) {
    String model = version.provenance().model();
    if (!isRegistered(tables.versions(model), version)) {
      tables.writeVersions(model, rows -> withCandidate(rows, version));
    }
  }

  private static boolean isRegistered(List<VersionRow> rows, Version version) {
    String name = version.provenance().version();
    return rows.stream().anyMatch(row -> row.version().equals(name));
  }

  private Version write(Trained trained, Path features, Provenance provenance) {
    Path target = path(provenance.model(), provenance.version());
    CommittedDirectory prepared = prepared(features.getParent());
    store.sweep(target);
    try (AtomicDirectory writing = AtomicDirectory.begin(store, target)) {
      try (OutputStream out = writing.create(NETWORK)) {
        new NetworkFile(trained.blueprint(), trained.state()).write(out);
      }
      try (OutputStream out = writing.create(PROVENANCE)) {
        out.write(JSON.writeValueAsBytes(provenance));
      }
      copy(features, new Path(writing.path(), FEATURES));
      if (prepared.manifest().file(PROFILE).isPresent()) {
        copy(new Path(prepared.path(), PROFILE), new Path(writing.path(), PROFILE));
      }
      writing.commit(Map.of("parameters_sha256", provenance.parametersSha256()));
    } catch (IOException e) {
      throw new StoreException("Failed to write version: " + target + " (" + e + ")", e);
    }
    return find(provenance.model(), provenance.version()).orElseThrow();
  }

  /** Hours may lie between the data's first check and this copy of their features. */
  private CommittedDirectory prepared(Path path) {
    CommittedDirectory prepared =
        CommittedDirectory.read(store, path)
            .orElseThrow(
                () ->
                    new StoreException(
                        "Missing prepared data: %s (no valid manifest; run jobs/prepare again)"
                            .formatted(path)));
    prepared.verify(FEATURES + "/");
    if (prepared.manifest().file(PROFILE).isPresent()) {
      prepared.verifyFile(PROFILE);
    }
    return prepared;
  }

  private void copy(Path from, Path to) throws IOException {
    FileSystem files = store.fileSystem();
    FileUtil.copy(files, from, files, to, false, files.getConf());
  }

  private static List<VersionRow> withCandidate(List<VersionRow> rows, Version version) {
    Provenance provenance = version.provenance();
    if (isRegistered(rows, version)) {
      return rows;
    }
    List<VersionRow> changed = new ArrayList<>(rows);
    changed.add(
        new VersionRow(
            provenance.model(),
            provenance.version(),
            provenance.runId(),
            provenance.logicalDate(),
            Secrets.masked(version.path().toString()),
            version.sha256(),
            Status.CANDIDATE.text(),
            provenance.createdAt(),
            "trained"));
    return changed;
  }

  private Path path(String model, String version) {
    return store.version(model, version);
  }
}
