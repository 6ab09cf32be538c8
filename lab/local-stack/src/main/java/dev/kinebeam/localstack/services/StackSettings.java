package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a local stack is to be started.
 *
 * @param dataDir where every service keeps its data, its log and its pid file; made absolute
 * @param durability whether the data must outlive a power cut
 * @param ports which ports to listen on; the usual ones are Kafka 9092, PostgreSQL 5432, S3 9000,
 *     video host 9100
 * @param webhook where the video host announces status changes; empty = nowhere
 * @param progress gets one line per step, from several threads
 */
public record StackSettings(
    Path dataDir,
    Durability durability,
    PortChoice ports,
    Optional<URI> webhook,
    Consumer<String> progress) {

  /** What a crash of the machine may cost. */
  public enum Durability {
    /** PostgreSQL waits for the disk on every commit. */
    KEPT,
    /** PostgreSQL never waits for the disk: for tests, whose data is thrown away. */
    THROWAWAY
  }

  public StackSettings {
    dataDir = dataDir.toAbsolutePath().normalize();
  }

  /** A stack whose data is kept, on the usual ports. */
  public static StackSettings keeping(Path dataDir) {
    return new StackSettings(
        dataDir, Durability.KEPT, PortChoice.USUAL_OR_FREE, Optional.empty(), line -> {});
  }

  /** A stack for one test: free ports, no waiting for the disk. */
  public static StackSettings forTests(Path tempDir) {
    return new StackSettings(
        tempDir, Durability.THROWAWAY, PortChoice.FREE, Optional.empty(), line -> {});
  }

  /** The same with the video host announcing to this address. */
  public StackSettings withWebhook(URI address) {
    return new StackSettings(dataDir, durability, ports, Optional.of(address), progress);
  }

  /** The same, reporting its steps here. */
  public StackSettings withProgress(Consumer<String> listener) {
    return new StackSettings(dataDir, durability, ports, webhook, listener);
  }

  /** The same on these ports. */
  public StackSettings withPorts(PortChoice choice) {
    return new StackSettings(dataDir, durability, choice, webhook, progress);
  }

  @Override
  public String toString() {
    return "StackSettings[dataDir=%s, durability=%s, ports=%s, webhook=%s]"
        .formatted(dataDir, durability, ports, webhook.map(Masked::address).orElse("none"));
  }

  Path logFile(String service) {
    return dataDir.resolve("logs").resolve(service + ".log");
  }

  Path pidFile(String service) {
    return dataDir.resolve("run").resolve(service + ".pid");
  }
}
