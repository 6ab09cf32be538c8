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

  /** Of a service, which must be given them; blank when it is not. */
  public String servers() {
    return servers;
  }

  /** Those of this machine, unless the flag or the environment names others. */
  public String serversOrLocal() {
    return servers.isBlank() ? LOCAL : servers;
  }
}
