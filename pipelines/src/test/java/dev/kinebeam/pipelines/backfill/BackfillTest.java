package dev.kinebeam.pipelines.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.direct.DirectPipelines;
import dev.kinebeam.eventarchive.ArchiveHorizon;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.pipelines.backfill.BackfillSettings.Mode;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.pipelines.sessions.Played;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From objects to rows in a real PostgreSQL. */
@Tag("servers")
class BackfillTest {
  private static final Instant TEN = Instant.ofEpochMilli(Played.BEGIN_MS);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LIMIT_MARGIN = Duration.ofHours(2);

  private static MetricsDatabase database;

  @TempDir Path folder;

  private ArchiveStore archive;
  private long offset;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void empty() throws Exception {
    database.empty();
    archive = ArchiveStore.folder(folder);
    new ArchiveHorizon(archive).reached(0, TEN.plus(HOUR));
  }

  @Test
  void rowsAreMadeAgainAndComparedColumnByColumn() throws Exception {
    Played ended =
        Played.session(1)
            .start(0)
            .play(1, 0)
            .stall(5, 4)
            .resume(7, 4, 2000)
            .end(20, 18, "abandoned", 15);
    Played silent = Played.session(2).start(30).play(31, 0).stall(40, 9);
    Played running = Played.session(3).start(3590).play(3591, 0);
    Played later = Played.session(4).start(4000).play(4001, 0).end(4005, 4, "abandoned", 3);
    archive(ended.records().subList(0, 3));
    archive(ended.records());
    archive(silent.records());
    archive(running.records());
    archive(later.records());
    archive(List.of(value("no event".getBytes(UTF_8)), value(null)));

    BackfillReport written = run(Mode.WRITE);

    assertThat(written)
        .isEqualTo(new BackfillReport(6, 16 + 2, 2, 3, 1, 2, 0, List.of(), Map.of(), Map.of()));
    List<Map<String, String>> rows =
        database.rows("SELECT * FROM media_session_metrics ORDER BY session_id");
    assertThat(rows)
        .extracting(row -> row.get("status") + " " + row.get("ended_by"))
        .containsExactly("abandoned client", "abandoned timeout", "playing null");
    assertThat(database.rows("SELECT * FROM media_waits")).hasSize(2);

    assertThat(run(Mode.COMPARE).isClean()).isTrue();
    assertThat(run(Mode.WRITE).isClean()).isTrue();
    assertThat(database.rows("SELECT * FROM media_session_metrics ORDER BY session_id"))
        .isEqualTo(rows);

    database.run("UPDATE media_session_metrics SET stall_duration_ms = 7, ttfb_ms = NULL");
    database.run("UPDATE media_waits SET recovered = NOT recovered");
    assertThat(run(Mode.COMPARE).differences())
        .isEqualTo(
            Map.of(
                "media_session_metrics.stall_duration_ms", 2L,
                "media_session_metrics.ttfb_ms", 2L,
                "media_waits.recovered", 2L));
    database.empty();
    assertThat(run(Mode.COUNT).sessions()).isEqualTo(3);
    assertThat(database.rows("SELECT * FROM media_session_metrics")).isEmpty();
    assertThat(run(Mode.COMPARE).differences())
        .isEqualTo(
            Map.of(
                "media_session_metrics (row missing)", 2L,
                "media_waits (row missing)", 2L));
  }

  @Test
  void aRowThatNoRecordAccountsForIsOneTooMany() throws Exception {
    archive(Played.session(5).start(0).play(1, 0).end(9, 8, "abandoned", 7).records());
    run(Mode.WRITE);
    for (var object : archive.list(ArchiveObject.ROOT + "dt=")) {
      archive.delete(object.key());
    }

    assertThat(run(Mode.COMPARE).differences())
        .isEqualTo(Map.of("media_session_metrics (row too many)", 1L));
  }

  /** Erasure takes the rows; the archive may still hold the records when it is compared. */
  @Test
  void rowsOfAnErasedPatientAreAbsentAndNoDifference() throws Exception {
    Played erased =
        Played.session(8)
            .start(0)
            .play(1, 0)
            .heartbeat(11, 10, 10, 0)
            .stall(15, 14)
            .resume(17, 14, 2000)
            .end(20, 18, "abandoned", 15);
    archive(erased.records());
    run(Mode.WRITE);
    assertThat(run(Mode.COMPARE).absent()).isEmpty();

    database.empty();
    database.run(
        "INSERT INTO erased_patients (org_id, patient_id, erased_at, refuse_before)"
            + " VALUES ('%s', '%s', now(), timestamptz '2026-11-21 10:10:00+00')"
                .formatted(Played.ORG, Played.PATIENT));
    try {
      BackfillReport report = run(Mode.COMPARE);

      assertThat(report.absent())
          .isEqualTo(Map.of("media_session_metrics (erased)", 1L, "media_waits (erased)", 1L));
      assertThat(report.differences()).isEmpty();
      assertThat(report.isClean()).isTrue();
    } finally {
      database.run("DELETE FROM erased_patients");
    }
    assertThat(run(Mode.COMPARE).differences())
        .as("without an erasure the same rows are a loss")
        .containsOnlyKeys("media_session_metrics (row missing)", "media_waits (row missing)");
  }

  @Test
  void aBrokenObjectIsNamedAndTheRestIsDone() throws Exception {
    archive(Played.session(6).start(0).play(1, 0).end(9, 8, "abandoned", 7).records());
    String broken = ArchiveObject.of(TEN, 3, 0, 1, 0).key();
    archive.put(broken, new byte[] {1, 2, 3});
    new ArchiveHorizon(archive).reached(3, TEN.plus(HOUR));

    BackfillReport report = run(Mode.WRITE);

    assertThat(report.broken()).singleElement().asString().startsWith(broken);
    assertThat(report.isClean()).isFalse();
    assertThat(database.rows("SELECT * FROM media_session_metrics")).hasSize(1);
  }

  @Test
  void withoutAHorizonNoSessionCountsAsSilent() throws Exception {
    archive(Played.session(7).start(0).play(1, 0).records());
    archive.delete(ArchiveObject.ROOT + "horizon/partition-0.json");

    assertThat(run(Mode.COUNT).running()).isEqualTo(1);
  }

  private BackfillReport run(Mode mode) throws Exception {
    BackfillSettings usual =
        BackfillSettings.of(
            ArchiveLocation.folder(folder), database.settings(), TEN, TEN.plus(HOUR), mode);
    BackfillSettings settings =
        new BackfillSettings(
            usual.archive(),
            usual.database(),
            usual.sessions(),
            LIMIT_MARGIN,
            usual.silence(),
            mode);
    return new Backfill(settings, DirectPipelines.batch(2, Map.of()), line -> {}).run();
  }

  private void archive(List<?> records) throws IOException {
    List<ArchivedRecord> archived = new ArrayList<>();
    for (Object record : records) {
      archived.add(
          record instanceof MediaRecord event
              ? record(event.receivedAtMs(), event)
              : (ArchivedRecord) record);
    }
    ArchivedHour.put(archive, archived);
  }

  private ArchivedRecord record(long time, MediaRecord event) {
    return new ArchivedRecord(
        0,
        offset++,
        time,
        event.event().sessionId().toString().getBytes(UTF_8),
        EventJson.record(event));
  }

  private ArchivedRecord value(byte[] value) {
    return new ArchivedRecord(0, offset++, Played.BEGIN_MS, null, value);
  }
}
