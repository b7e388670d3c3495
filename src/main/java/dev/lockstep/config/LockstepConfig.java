package dev.lockstep.config;

/**
 * Everything a user can set, checked.
 *
 * @param model the line of models that the run's version joins
 * @param store the root of everything written: a path or a Hadoop URI
 * @param json the effective settings, defaults included, as one line of JSON with sorted keys
 * @param identity SHA-256, in hex, of the settings that decide the result: all but the store, the
 *     workers and other settings that may differ between attempts of one run
 */
public record LockstepConfig(
    String model,
    String store,
    DataConfig data,
    NetworkConfig network,
    TrainConfig train,
    EvaluateConfig evaluate,
    GateConfig gate,
    ValidateConfig validate,
    ScoreConfig score,
    LeaseConfig lease,
    RetentionConfig retention,
    String json,
    String identity) {

  /**
   * The same settings with the content of the file that the network comes from in their identity.
   *
   * @param sha256 of the file, in hex
   */
  public LockstepConfig withNetworkFile(String sha256) {
    return new LockstepConfig(
        model,
        store,
        data,
        network,
        train,
        evaluate,
        gate,
        validate,
        score,
        lease,
        retention,
        json,
        SettingsJson.sha256(identity + sha256));
  }
}
