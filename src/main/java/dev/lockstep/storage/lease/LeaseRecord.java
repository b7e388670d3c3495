package dev.lockstep.storage.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * What a lease's file says.
 *
 * @param id unique to each time that a lease is taken
 * @param since ISO 8601, by the holder's clock
 * @param renewals so far: every renewal changes the file
 */
record LeaseRecord(
    String id, String host, ProcessMark process, String application, String since, long renewals) {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  LeaseRecord renewed() {
    return new LeaseRecord(id, host, process, application, since, renewals + 1);
  }

  byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write lease: " + this, e);
    }
  }

  /** Empty for what is being written in this moment, or damaged. */
  static Optional<LeaseRecord> fromJson(byte[] bytes) {
    try {
      return Optional.ofNullable(JSON.readValue(bytes, LeaseRecord.class))
          .filter(record -> record.id() != null && record.process() != null);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** For people. */
  String text() {
    return "process %d on %s, Spark application %s, since %s"
        .formatted(process.id(), host, application, since);
  }
}
