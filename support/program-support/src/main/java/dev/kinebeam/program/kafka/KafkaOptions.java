package dev.kinebeam.program.kafka;

import picocli.CommandLine.Option;

/** The flag that names Kafka. */
public final class KafkaOptions {
  private static final String LOCAL = "localhost:9092";

  @Option(
      names = "--kafka-bootstrap-servers",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-}",
      description = {
        "Kafka, host:port[,host:port]. Default: KAFKA_BOOTSTRAP_SERVERS; where a command may run",
        "without it, localhost:9092."
      })
  private String servers;

  /**
   * Those of a service, which must be given them.
   *
   * @throws IllegalArgumentException naming the setting that is missing
   */
  public KafkaSettings settings() {
    return new KafkaSettings(servers);
  }

  /** Those of this machine, unless the flag or the environment names others. */
  public KafkaSettings settingsOrLocal() {
    return new KafkaSettings(servers.isBlank() ? LOCAL : servers);
  }
}
