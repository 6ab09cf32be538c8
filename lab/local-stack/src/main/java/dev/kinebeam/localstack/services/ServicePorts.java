package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ports of a stack's services on 127.0.0.1. A port is found free some time before its service
 * listens on it: {@link #replaceTaken} gives another to a service that another process was faster
 * than. Safe for use by many threads.
 */
final class ServicePorts {
  static final String KAFKA = Launcher.KAFKA;
  static final String CONTROLLER = "kafka-controller";
  static final String POSTGRES = PostgresService.NAME;
  static final String S3 = Launcher.S3;
  static final String VIDEO_HOST = Launcher.VIDEO_HOST;

  private final FreePorts free;
  private final Map<String, Integer> ports = new ConcurrentHashMap<>();
  private final Set<String> settled = ConcurrentHashMap.newKeySet();

  /** The usual ports, or free ones, as is chosen. */
  static ServicePorts choose(PortChoice choice) throws IOException {
    FreePorts free = new FreePorts(choice);
    return new ServicePorts(
        free,
        Map.of(
            KAFKA, free.usualOrFree(9092),
            POSTGRES, free.usualOrFree(5432),
            S3, free.usualOrFree(9000),
            VIDEO_HOST, free.usualOrFree(9100),
            CONTROLLER, free.free()));
  }

  ServicePorts(FreePorts free, Map<String, Integer> ports) {
    this.free = free;
    this.ports.putAll(ports);
  }

  int of(String name) {
    return ports.get(name);
  }

  /** These services listen, and programs know where: their ports stay as they are. */
  void settle(List<String> names) {
    settled.addAll(names);
  }

  /**
   * Gives a free port to each of these whose port another process listens on.
   *
   * @return whether there was any
   */
  synchronized boolean replaceTaken(List<String> names) throws IOException {
    boolean replaced = false;
    for (String name : names) {
      if (!settled.contains(name) && !FreePorts.isFree(ports.get(name))) {
        ports.put(name, free.free());
        replaced = true;
      }
    }
    return replaced;
  }
}
