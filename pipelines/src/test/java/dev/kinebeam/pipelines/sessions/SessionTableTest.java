package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The merge function in SQL, on a real PostgreSQL. */
@Tag("servers")
class SessionTableTest {
  private static MetricsDatabase database;

  private final SessionTable sessions = new SessionTable();
  private final WaitTable stalls = new WaitTable();

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    database.empty();
  }

  @Test
  void everyColumnArrives() throws SQLException {
    Played played =
        Played.session(1)
            .start(0)
            .play(1, 0)
            .heartbeat(11, 10, 0, 0)
            .error(12, "A \"quoted\", {braced} \\ code", false)
            .error(12, "ÎNTRERUPT", false)
            .pause(13, 12);

    write(played.tally());

    Map<String, String> row = database.onlySession();
    assertThat(row)
        .containsEntry("session_id", played.sessionId().toString())
        .containsEntry("org_id", Played.ORG.toString())
        .containsEntry("status", "playing")
        .containsEntry("ended_by", null)
        .containsEntry("ttfb_ms", "340")
        .containsEntry("total_duration_seconds", "120.5")
        .containsEntry("watched_duration_seconds", "10")
        .containsEntry("final_position_seconds", "12")
        .containsEntry("effective_bandwidth", "11.2")
        .containsEntry("app_version", "3.1.0")
        .containsEntry("error_types", "{\"A \\\"quoted\\\", {braced} \\\\ code\",ÎNTRERUPT}")
        .containsEntry("events_seen", "6")
        .containsEntry("clock_skew_ms", "40");
    assertThat(
            database.rows(
                "SELECT 1 FROM media_session_metrics WHERE started_at = "
                    + "'2026-11-21T10:00:00Z' AND last_event_at = '2026-11-21T10:00:13Z'"))
        .hasSize(1);
  }

  /** Rows of one growing tally, written in any order and again, leave the row of the whole. */
  @Test
  void anyOrderOfWritesLeavesTheSameRow() throws SQLException {
    for (int seed = 0; seed < 25; seed++) {
      Random random = new Random(seed);
      List<MediaRecord> session = SessionScripts.any(random);
      write(Played.tallyOf(session));
      Map<String, String> whole = database.onlySession();
      List<Map<String, String>> wholeStalls = stallRows();
      database.empty();

      List<SessionTally> states = growing(session, random);
      Collections.shuffle(states, random);
      states.addAll(states.subList(0, states.size() / 2));
      for (SessionTally state : states) {
        write(state);
      }

      assertThat(database.onlySession()).as("seed %d", seed).isEqualTo(whole);
      assertThat(stallRows()).as("seed %d", seed).isEqualTo(wholeStalls);
      database.empty();
    }
  }

  @Test
  void aFragmentAfterTheStateHasExpiredCompletesTheRow() throws SQLException {
    Played played = Played.session(2).start(0).play(1, 0).heartbeat(11, 10, 0, 0);
    write(played.tally().closedByTimeout());
    assertThat(database.onlySession()).containsEntry("ended_by", "timeout");
    List<MediaRecord> late = played.end(300, 118, "completed", 97.9).records();

    write(SessionTally.of(late.get(3)));

    assertThat(database.onlySession())
        .containsEntry("status", "completed")
        .containsEntry("ended_by", "client")
        .containsEntry("final_position_seconds", "118")
        .containsEntry("ttfb_ms", "340")
        .containsEntry("heartbeats", "1")
        .containsEntry("avg_bitrate", "2400000")
        .containsEntry("events_seen", "3");
  }

  @Test
  void aFragmentNeverLowersTheRow() throws SQLException {
    Played played =
        Played.session(3)
            .start(0)
            .play(1, 0)
            .heartbeat(11, 10, 1, 700)
            .heartbeat(21, 20, 2, 1400)
            .end(30, 29, "abandoned", 24);
    write(played.tally());
    Map<String, String> whole = database.onlySession();

    for (MediaRecord record : played.records()) {
      write(SessionTally.of(record));
      write(SessionTally.of(record).closedByTimeout());
    }

    assertThat(database.onlySession()).isEqualTo(whole);
  }

  @Test
  void anEarlierEventMovesTheRowIntoAnotherMonth() throws SQLException {
    double elevenDays = 11 * 86_400;
    Played played = Played.session(4).play(elevenDays, 5).start(0).play(1, 0);
    write(SessionTally.of(played.records().get(0)));
    assertThat(database.rows("SELECT 1 FROM media_session_metrics_2026_12")).hasSize(1);

    write(played.tally());

    assertThat(database.rows("SELECT 1 FROM media_session_metrics_2026_12")).isEmpty();
    assertThat(database.rows("SELECT 1 FROM media_session_metrics_2026_11")).hasSize(1);
    assertThat(database.onlySession()).containsEntry("plays", "2");
  }

  @Test
  void aPartitionOfAnUnpreparedMonthIsCreated() throws SQLException {
    double fourYears = 4 * 365.25 * 86_400;

    write(Played.session(5).play(-fourYears, 5).tally());

    assertThat(database.rows("SELECT 1 FROM media_session_metrics_2022_11")).hasSize(1);
  }

  @Test
  void aBetterEstimateOfTheClockMovesTheTimes() throws SQLException {
    Played played = Played.session(6).clockBehindMs(-86_400_000).start(0).play(1, 0);
    List<MediaRecord> records = new ArrayList<>(played.records());
    MediaRecord slow = records.get(0);
    records.set(
        0,
        new MediaRecord(
            slow.orgId(),
            slow.patientId(),
            slow.receivedAtMs() + 9_000,
            slow.sentAtMs(),
            slow.client(),
            slow.event()));
    write(Played.tallyOf(records));
    Map<String, String> whole = database.onlySession();
    database.empty();

    write(SessionTally.of(records.get(1)));
    write(SessionTally.of(records.get(0)));
    write(Played.tallyOf(records));

    assertThat(database.onlySession()).isEqualTo(whole);
  }

  /** Whether a live row was written in between must not be seen in the row. */
  @Test
  void resolutionsAreRankedAsInTheTally() throws SQLException {
    String[] spellings = {
      "auto", "hd720", "480p", "480P", "1280x720", "1280×720", "1x2x3", "1280xhigh", "720p60", "x"
    };
    for (String one : spellings) {
      for (String other : spellings) {
        Played played = Played.session(7).quality(1, 0, one, one).quality(2, 1, other, other);
        List<MediaRecord> records = played.records();
        write(SessionTally.of(records.get(0)));
        write(played.tally());
        write(SessionTally.of(records.get(1)));
        assertThat(database.onlySession())
            .as("%s, then %s", one, other)
            .containsEntry(
                "peak_resolution", played.measured().metrics().smoothness().peakResolution());
        database.empty();
      }
    }
  }

  @Test
  void sessionsWhosePlayersUseTheSameIdsKeepTheirOwnStalls() throws SQLException {
    Played mine = Played.session(8).start(0).stall(5, 4).resume(6, 4, 1000);
    List<MediaRecord> others = new ArrayList<>();
    UUID otherSession = UUID.randomUUID();
    for (MediaRecord record : mine.play(7, 4).records()) {
      others.add(inSession(otherSession, record));
    }
    write(Played.tallyOf(mine.records().subList(0, 3)));

    write(Played.tallyOf(others));

    assertThat(database.rows("SELECT session_id, stall_id, duration_ms FROM media_waits"))
        .hasSize(2)
        .extracting(row -> row.get("session_id"))
        .containsExactlyInAnyOrder(mine.sessionId().toString(), otherSession.toString());
  }

  /** A worker that was given up may still write when its successor does. */
  @Test
  void twoWritersAtOnceLeaveOneRow() throws Exception {
    int rounds = 30;
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService writers = Executors.newFixedThreadPool(2);
    List<Future<?>> ends = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      int event = writer;
      ends.add(
          writers.submit(
              () -> {
                try (DatabaseSession session = database.settings().session()) {
                  for (int i = 0; i < rounds; i++) {
                    MediaRecord record = Played.session(i).play(event, 0).records().get(0);
                    together.await();
                    MetricsDatabase.write(
                        session,
                        new SessionTable(),
                        List.of(MeasuredSession.of(SessionTally.of(record)).metrics()));
                  }
                }
                return null;
              }));
    }
    for (Future<?> end : ends) {
      end.get();
    }
    writers.shutdown();

    assertThat(database.rows("SELECT 1 FROM media_session_metrics")).hasSize(rounds);
  }

  private static MediaRecord inSession(UUID session, MediaRecord record) {
    MediaEvent e = record.event();
    return new MediaRecord(
        record.orgId(),
        record.patientId(),
        record.receivedAtMs(),
        record.sentAtMs(),
        record.client(),
        new MediaEvent(
            e.eventId(),
            e.type(),
            session,
            e.timestampMs(),
            e.seq(),
            e.mediaId(),
            e.mediaType(),
            e.renderId(),
            e.data()));
  }

  private static List<SessionTally> growing(List<MediaRecord> session, Random random) {
    List<SessionTally> states = new ArrayList<>();
    List<MediaRecord> arrivals = new ArrayList<>(session);
    Collections.shuffle(arrivals, random);
    SessionTally tally = SessionTally.of(arrivals.get(0));
    states.add(tally);
    for (MediaRecord record : arrivals.subList(1, arrivals.size())) {
      tally = SessionTally.merge(tally, SessionTally.of(record));
      states.add(tally);
    }
    return states;
  }

  private void write(SessionTally tally) throws SQLException {
    MeasuredSession measured = MeasuredSession.of(tally);
    database.write(sessions, measured.metrics());
    for (Stall stall : measured.waits()) {
      database.write(stalls, stall);
    }
  }

  private static List<Map<String, String>> stallRows() throws SQLException {
    return database.rows("SELECT * FROM media_waits ORDER BY stall_id");
  }
}
