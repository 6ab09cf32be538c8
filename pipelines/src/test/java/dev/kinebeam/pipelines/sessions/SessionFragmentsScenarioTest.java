package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaRecord;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Rows of two parts of a session, merged by PostgreSQL in both orders: as their events together.
 */
@Tag("servers")
class SessionFragmentsScenarioTest {
  private static MetricsDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @Test
  void watchedToItsEndInTwoPartsIsCompleted() throws SQLException {
    Played played = Played.session(1).start(0).play(1, 0);
    played.heartbeat(61, 60, 0, 0).heartbeat(120, 119, 0, 0).end(121, 120, "x", 99.5);

    assertMerged(played, 3, Map.of("status", "completed", "ended_by", "client"));
  }

  @Test
  void aSkipToTheEndInTwoPartsIsNot() throws SQLException {
    Played played = Played.session(2).start(0).play(1, 0);
    played.add(6, EventType.HEARTBEAT, heartbeat(5, 5d)).seek(7, 6, 118);
    played.add(9, EventType.HEARTBEAT, heartbeat(119, 8d)).pause(10, 120);

    assertMerged(played, 3, Map.of("status", "abandoned", "ended_by", "timeout"));
  }

  @Test
  void anEventAfterTheEndOpensTheSessionAgain() throws SQLException {
    Played played = Played.session(3).start(0).play(1, 0).end(30, 28, "x", 23).play(40, 28);

    assertMerged(played, 3, Map.of("ended_by", "timeout", "status", "abandoned"));
  }

  @Test
  void theFirstStartsFactsStandWithTheirNulls() throws SQLException {
    EventData first =
        new EventData.SessionStart(120.0, null, 900L, null, EventData.Network.UNKNOWN, null, null);
    Played played = Played.session(4).add(0, EventType.SESSION_START, first).play(1, 0);
    played.heartbeat(11, 10, 0, 0).start(12).heartbeat(22, 10, 0, 0).pause(30, 15);

    Map<String, String> row =
        assertMerged(
            played, 2, Map.of("total_duration_seconds", "120", "video_load_time_ms", "900"));
    assertThat(row.get("ttfb_ms")).isNull();
    assertThat(row.get("initial_resolution")).isNull();
  }

  @Test
  void aFieldThatTheLaterPartDoesNotNameStays() throws SQLException {
    EventData wait =
        new EventData.BufferingStart(12d, null, null, null, new EventData.Network(null, 3.2, null));
    Played played = Played.session(5).start(0).play(1, 0).add(13, EventType.BUFFERING_START, wait);

    assertMerged(
        played, 2, Map.of("connection_type", "wifi", "rtt_ms", "45", "effective_bandwidth", "3.2"));
  }

  /** The parts before and from the event {@code cut}; a repetition changes nothing. */
  private static Map<String, String> assertMerged(
      Played played, int cut, Map<String, String> expected) throws SQLException {
    List<MediaRecord> records = played.records();
    SessionMetrics head = row(records.subList(0, cut));
    SessionMetrics tail = row(records.subList(cut, records.size()));
    for (List<SessionMetrics> order :
        List.of(List.of(head, tail), List.of(tail, head), List.of(head, tail, head, tail))) {
      database.empty();
      for (SessionMetrics part : order) {
        database.write(new SessionTable(), part);
      }
      assertThat(database.onlySession()).containsAllEntriesOf(expected);
    }
    return database.onlySession();
  }

  private static SessionMetrics row(List<MediaRecord> records) {
    return MeasuredSession.of(Played.over(Played.tallyOf(records))).metrics();
  }

  private static EventData heartbeat(double position, Double watched) {
    return new EventData.Heartbeat(
        position,
        new EventData.Totals(watched, 99d, null, null, null, null, null, null, null, List.of()),
        null,
        null,
        null,
        null,
        EventData.Network.UNKNOWN);
  }
}
