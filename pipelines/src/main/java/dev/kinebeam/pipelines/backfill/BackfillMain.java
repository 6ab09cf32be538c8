package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes rows again from the archive, or proves that they are what the archive says. */
@Command(
    name = "backfill",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the rows of every session that began in a time again, from the archive.",
      "Running it again, or beside the stream, is harmless."
    },
    footer = {
      "",
      "Times are ISO 8601 in UTC: 2026-11-20T10:00Z. Durations: PT60S, P1D.",
      "From the environment: DATABASE_PASSWORD, S3_ARCHIVE_BUCKET, S3_ENDPOINT, S3_REGION,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY.",
      "Rows of erased patients, of months past retention and of sessions that ended within the"
          + " last",
      "five minutes may be absent: they are counted apart and are not differences.",
      "Exit status: 0 all done and nothing differs, 1 failure, a broken object or a difference,",
      "2 wrong usage or configuration."
    })
public final class BackfillMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(BackfillMain.class);

  @Spec private CommandSpec spec;
  @Mixin private BackfillOptions options;

  private final Map<String, String> environment;

  public BackfillMain() {
    this(System.getenv());
  }

  /** The same command with its secrets in another environment than this process's. */
  public BackfillMain(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new BackfillMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, SQLException {
    Backfill backfill;
    BackfillSettings settings;
    Optional<FileAddress> file;
    PrintWriter out = spec.commandLine().getOut();
    try {
      settings = options.settings(environment);
      file = options.report(environment);
      backfill =
          new Backfill(
              settings,
              options.runner(),
              line -> {
                out.println("  " + line);
                out.flush();
              });
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "backfill: " + e.getMessage(), e);
    }
    LOG.info("configuration: {}", settings);
    Instant begun = Instant.now();
    BackfillReport report = backfill.run();
    print(out, settings, report, Duration.between(begun, Instant.now()));
    if (file.isPresent()) {
      file.get().write(Json.bytes(report));
    }
    return report.isClean() ? 0 : 1;
  }

  private static void print(
      PrintWriter out, BackfillSettings settings, BackfillReport report, Duration took) {
    out.printf(
        "%d objects, %d records (%d refused): %d sessions, %d of them still running, %d stalls; %d"
            + " s%n",
        report.objects(),
        report.records(),
        report.refused(),
        report.sessions(),
        report.running(),
        report.stalls(),
        took.toSeconds());
    report.broken().forEach(object -> out.printf("broken object %s%n", object));
    if (report.notWritten() > 0) {
      out.printf("%d rows were refused by the database; its log says why%n", report.notWritten());
    }
    if (settings.mode() == BackfillSettings.Mode.COMPARE) {
      report
          .differences()
          .forEach((what, rows) -> out.printf("differs: %s, %d rows%n", what, rows));
      report.absent().forEach((what, rows) -> out.printf("absent: %s, %d rows%n", what, rows));
      out.printf("%d differing columns%n", report.differingColumns());
    }
    out.flush();
  }
}
