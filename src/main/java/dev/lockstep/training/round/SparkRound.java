package dev.lockstep.training.round;

import dev.lockstep.training.allreduce.Rendezvous;
import dev.lockstep.training.allreduce.StageKey;
import dev.lockstep.training.allreduce.Terms;
import dev.lockstep.training.allreduce.Terms.Privacy;
import dev.lockstep.training.allreduce.Terms.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.SparkConf;

/** What a round's links take over from how Spark is set up. */
final class SparkRound {
  /**
   * {@code memory} or {@code socket}: how workers of one process reach each other. A property of
   * the driver's process, for measurements.
   */
  static final String ROUTE_PROPERTY = "lockstep.route";

  /** What Spark's encryption of its RPC, by either of the two, takes its keys from. */
  private static final String AUTHENTICATED = "spark.authenticate";

  /**
   * Each makes Spark encrypt its RPC, on which a round's key reaches the workers: by AES, by SASL.
   * TLS does not: spark.ssl covers web pages and files in Spark 3.5, and RPC from Spark 4 on.
   */
  private static final List<String> ENCRYPTED =
      List.of("spark.network.crypto.enabled", "spark.authenticate.enableSaslEncryption");

  private final SparkConf conf;
  private final String application;

  SparkRound(SparkConf conf, String application) {
    this.conf = conf;
    this.application = application;
  }

  /** For one attempt: with a name and a secret that no other has. */
  Terms terms(Round round, int workers, Duration timeout) {
    String name =
        "lockstep-%s-epoch-%d-batch-%d-%s"
            .formatted(application, round.epoch() + 1, round.firstBatch() + 1, UUID.randomUUID());
    Route route =
        Route.valueOf(System.getProperty(ROUTE_PROPERTY, "memory").toUpperCase(Locale.ROOT));
    return new Terms(name, StageKey.random(), workers, privacy(), route, timeout);
  }

  Rendezvous rendezvous(Terms terms, Rendezvous.Events events) throws IOException {
    String host = conf.get("spark.driver.host");
    return Rendezvous.open(conf.get("spark.driver.bindAddress", host), host, terms, events);
  }

  private Privacy privacy() {
    boolean encrypted =
        conf.getBoolean(AUTHENTICATED, false)
            && ENCRYPTED.stream().anyMatch(key -> conf.getBoolean(key, false));
    return encrypted ? Privacy.ENCRYPTED : Privacy.PLAIN;
  }
}
