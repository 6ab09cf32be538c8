package dev.kinebeam.trials.demo;

import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.writer.ArchiveSettings;
import dev.kinebeam.eventarchive.writer.Archiver;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.pipelines.backfill.ArchiveLocation;
import dev.kinebeam.pipelines.backfill.Backfill;
import dev.kinebeam.pipelines.backfill.BackfillReport;
import dev.kinebeam.pipelines.backfill.BackfillSettings;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Keeps every record while the demo runs, and makes the rows again from what was kept. */
final class DemoArchive implements AutoCloseable {
  /** Recordings of sessions are wanted soon after they end. */
  private static final Duration FLUSH = Duration.ofSeconds(5);

  private static final long FLUSH_BYTES = 8L << 20;
  private static final Duration CATCH_UP = Duration.ofMinutes(1);
  private static final int THREADS = 2;

  private final Endpoints endpoints;
  private final ArchiveStore store;
  private final Archiver archiver;

  private DemoArchive(Endpoints endpoints, ArchiveStore store, Archiver archiver) {
    this.endpoints = endpoints;
    this.store = store;
    this.archiver = archiver;
  }

  static DemoArchive start(Endpoints endpoints, Path dataDir) throws IOException {
    ArchiveStore store =
        ArchiveStore.fromEnvironment(endpoints.toEnvironment(ProgramRole.PIPELINE));
    try {
      Archiver archiver =
          Archiver.start(
              ArchiveSettings.of(endpoints.kafka(), dataDir.resolve("archive-spool"))
                  .flushing(FLUSH_BYTES, FLUSH),
              store);
      return new DemoArchive(endpoints, store, archiver);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Computes every session that began in the time from the archive; writes nothing. */
  DemoReport.Backfill compare(Instant from, Instant to) throws IOException, SQLException {
    archiver.archiveUpToNow(CATCH_UP);
    BackfillReport report =
        new Backfill(
                BackfillSettings.of(
                        ArchiveLocation.bucket(endpoints.toEnvironment(ProgramRole.PIPELINE)),
                        DemoJobs.pipelineLogin(endpoints),
                        from,
                        to,
                        BackfillSettings.Mode.COMPARE)
                    .waiting(DemoJobs.SILENCE),
                DirectPipelines.batch(THREADS, Map.of()),
                line -> {})
            .run();
    return new DemoReport.Backfill(
        report.records(),
        report.sessions(),
        report.stalls(),
        report.differingColumns(),
        report.differences(),
        report.broken());
  }

  @Override
  public void close() throws IOException {
    try {
      archiver.close();
    } finally {
      store.close();
    }
  }
}
