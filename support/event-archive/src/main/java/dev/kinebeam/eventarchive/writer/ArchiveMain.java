package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.eventarchive.ArchiveDirOption;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.program.cli.Positive;
import dev.kinebeam.program.config.DataDirectory;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.program.observability.AdminOptions;
import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the archiver until SIGTERM or Ctrl-C, after which it stores what is buffered. */
@Command(
    name = "archive",
    mixinStandardHelpOptions = true,
    description = "Copies every media event into hourly objects, for backfills and recordings.",
    footer = {
      "",
      "The bucket comes from the environment: S3_ARCHIVE_BUCKET, S3_ENDPOINT, S3_REGION,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY. Durations are ISO 8601: PT5M.",
      "Exit status: 1 failure, 2 wrong usage or configuration; otherwise that of the signal."
    })
public final class ArchiveMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveMain.class);

  private static final int USUAL_ADMIN_PORT = 9401;

  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = "--topic",
      defaultValue = Topics.MEDIA_EVENTS,
      description = "What to archive. Default: ${DEFAULT-VALUE}")
  private String topic;

  @Option(
      names = "--group",
      defaultValue = "archive",
      description =
          "The consumer group; several archivers share its work. Default: ${DEFAULT-VALUE}")
  private String group;

  @Option(
      names = "--flush-megabytes",
      defaultValue = "64",
      description = "Store a partition when this much is buffered. Default: ${DEFAULT-VALUE}")
  private int flushMegabytes;

  @Option(
      names = "--flush-after",
      paramLabel = "DURATION",
      defaultValue = "PT5M",
      description = "And at the latest after this time. Default: ${DEFAULT-VALUE}")
  private Duration flushAfter;

  @Option(
      names = "--spool-dir",
      paramLabel = "DIR",
      description = "Where records wait, compressed. Default: archive-spool in the data directory")
  private Path spool = DataDirectory.resolve("archive-spool");

  @Mixin private final ArchiveDirOption directory = new ArchiveDirOption();

  public static void main(String[] args) {
    System.exit(new CommandLine(new ArchiveMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    ArchiveSettings settings = settings();
    try (ArchiveStore archive = archive()) {
      LOG.info("configuration: {}, into {}", settings, archive);
      try (AdminServer health = admin.address().start("archive", USUAL_ADMIN_PORT);
          Archiver archiver = Archiver.start(settings, archive)) {
        Thread stop = new Thread(archiver::close, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        spec.commandLine()
            .getOut()
            .printf(
                "archiving %s into %s (health and metrics at port %d)%n",
                topic, archive, health.port());
        spec.commandLine().getOut().flush();
        archiver.awaitEnd();
        return 0;
      }
    }
  }

  private ArchiveSettings settings() {
    try {
      Positive.require("--flush-megabytes", flushMegabytes);
      Positive.require("--flush-after", flushAfter);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
    return new ArchiveSettings(
        kafka.settingsOrLocal(),
        topic,
        group,
        (long) flushMegabytes << 20,
        flushAfter,
        spool.toAbsolutePath());
  }

  private ArchiveStore archive() {
    try {
      return directory
          .folder()
          .map(ArchiveStore::folder)
          .orElseGet(() -> ArchiveStore.fromEnvironment(System.getenv()));
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), "archive: " + message);
  }
}
