package dev.kinebeam.localstack.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * How a broker for one machine and one person is set up: one replica of everything, little memory,
 * and logs that cannot fill a laptop's disk.
 *
 * @param port where clients connect, on 127.0.0.1
 * @param controllerPort where the controller listens, on 127.0.0.1; may differ from start to start
 * @param dataDir where logs and metadata are kept; absolute
 */
record BrokerSettings(int port, int controllerPort, Path dataDir) {
  private static final String NODE_ID = "1";
  private static final long SEGMENT_BYTES = 64L << 20;

  /** Per partition. A drained backlog of three million events in four partitions stays below it. */
  private static final long RETAINED_BYTES = 512L << 20;

  private static final long RETAINED_HOURS = 7 * 24;

  String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  Properties properties() {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", NODE_ID);
    p.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    p.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    p.put("controller.listener.names", "CONTROLLER");
    p.put("inter.broker.listener.name", "PLAINTEXT");
    p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    p.put("log.dirs", dataDir.toString());
    p.put("auto.create.topics.enable", "false");
    oneReplicaOfEverything(p);
    boundedLogs(p);
    fewThreads(p);
    return p;
  }

  private static void oneReplicaOfEverything(Properties p) {
    p.put("default.replication.factor", "1");
    p.put("min.insync.replicas", "1");
    p.put("offsets.topic.replication.factor", "1");
    p.put("offsets.topic.num.partitions", "4");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("transaction.state.log.num.partitions", "4");
    p.put("share.coordinator.state.topic.replication.factor", "1");
    p.put("share.coordinator.state.topic.min.isr", "1");
    p.put("group.initial.rebalance.delay.ms", "0");
  }

  private static void boundedLogs(Properties p) {
    p.put("log.segment.bytes", Long.toString(SEGMENT_BYTES));
    p.put("log.retention.bytes", Long.toString(RETAINED_BYTES));
    p.put("log.retention.hours", Long.toString(RETAINED_HOURS));
    p.put("log.cleaner.dedupe.buffer.size", Long.toString(16L << 20));
    p.put("metadata.log.segment.bytes", Long.toString(16L << 20));
    p.put("metadata.max.retention.bytes", Long.toString(64L << 20));
  }

  private static void fewThreads(Properties p) {
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "4");
    p.put("background.threads", "2");
    p.put("num.recovery.threads.per.data.dir", "2");
  }

  /**
   * Prepares an empty data directory for its first start; a directory with data is left as it is.
   */
  void formatIfNew() throws Exception {
    if (Files.exists(dataDir.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(dataDir);
    new Formatter()
        .setClusterId(Uuid.randomUuid().toString())
        .setNodeId(Integer.parseInt(NODE_ID))
        .addDirectory(dataDir.toString())
        .setMetadataLogDirectory(dataDir.toString())
        .setControllerListenerName("CONTROLLER")
        .setIgnoreFormatted(true)
        .run();
  }
}
