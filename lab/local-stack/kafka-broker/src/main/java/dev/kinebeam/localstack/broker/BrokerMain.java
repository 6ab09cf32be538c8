package dev.kinebeam.localstack.broker;

import dev.kinebeam.program.process.ParentProcessMonitor;
import dev.kinebeam.program.process.ReadyLine;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Time;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One Kafka node, broker and controller in one (KRaft), on loopback only. Writes its {@link
 * ReadyLine} once a client has been answered; ends cleanly on SIGTERM and when its parent ends.
 */
@Command(
    name = "kafka-broker",
    mixinStandardHelpOptions = true,
    description = "A single-node Kafka broker on 127.0.0.1.")
public final class BrokerMain implements Callable<Integer> {
  private static final long ANSWER_WITHIN_SECONDS = 60;

  @Option(names = "--port", required = true, description = "Port for clients.")
  private int port;

  @Option(names = "--controller-port", required = true, description = "Port for the controller.")
  private int controllerPort;

  @Option(names = "--data-dir", required = true, description = "Where the logs are kept.")
  private Path dataDir;

  private BrokerMain() {}

  /** Runs the broker until it is asked to stop. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new BrokerMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    BrokerSettings settings = new BrokerSettings(port, controllerPort, dataDir.toAbsolutePath());
    settings.formatIfNew();
    // Watching only now: an exit in the middle of formatting would leave half a directory.
    ParentProcessMonitor.exitWithParent();
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(settings.properties()), Time.SYSTEM);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "broker-shutdown"));
    server.startup();
    waitForAnswer(settings.bootstrapServers());
    new ReadyLine("kafka", AppInfoParser.getVersion(), port).announce();
    server.awaitShutdown();
    return 0;
  }

  private static void waitForAnswer(String bootstrapServers) throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      admin.describeCluster().nodes().get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
  }
}
