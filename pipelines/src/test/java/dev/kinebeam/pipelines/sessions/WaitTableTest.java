package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All waits have rows; whoever counts buffering events counts stalls. */
@Tag("servers")
class WaitTableTest {
  /** As clinics' dashboards and support staff write it. */
  private static final String WHICH_EXERCISES_BUFFER_MOST =
      """
      SELECT
          media_id,
          count(*) AS buffer_events,
          avg(duration_ms) AS avg_buffer_duration,
          percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95_buffer_duration
      FROM media_buffering_events
      WHERE started_at > now() - INTERVAL '7 days'
      GROUP BY media_id
      ORDER BY buffer_events DESC
      LIMIT 20;
      """;

  private static MetricsDatabase database;

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

  /** A wait in start-up, one after a seek, a stall, and a second start at the stall's place. */
  private static MeasuredSession session() {
    return Played.session(1)
        .start(0)
        .play(1, 0)
        .stall(1.1, 0)
        .resume(2, 0, 900)
        .heartbeat(12, 10, 1, 900)
        .seek(13, 11, 60)
        .stall(13.1, 60)
        .resume(14, 60, 900)
        .heartbeat(24, 70, 2, 1800)
        .stall(25, 71)
        .stall(25.1, 71)
        .resume(27, 71, 2000)
        .error(30, "TIMEOUT", false)
        .end(31, 75, "abandoned", 60)
        .measured();
  }

  @Test
  void whoeverCountsBufferingEventsCountsStalls() throws SQLException {
    MeasuredSession session = session();
    write(session);
    database.run(
        "UPDATE media_waits SET started_at = now() - interval '1 hour',"
            + " ended_at = now() - interval '59 minutes'");

    assertThat(database.rows("SELECT cause, count(*) AS n FROM media_waits GROUP BY 1 ORDER BY 1"))
        .extracting(row -> row.get("cause"), row -> row.get("n"))
        .containsExactly(
            tuple("continued", "1"),
            tuple("seek", "1"),
            tuple("stall", "1"),
            tuple("startup", "1"));
    assertThat(database.rows(WHICH_EXERCISES_BUFFER_MOST))
        .singleElement()
        .satisfies(row -> assertThat(row.get("media_id")).isEqualTo("hashed-exercise"))
        .satisfies(row -> assertThat(row.get("buffer_events")).isEqualTo("1"))
        .satisfies(row -> assertThat(row.get("p95_buffer_duration")).isEqualTo("2000"));
  }

  @Test
  void readersSeeTheirOwnOrganisationInEachTable() throws SQLException {
    MeasuredSession session = session();
    write(session);
    database.write(new ErrorTable(), session.errors().get(0));

    for (String table : List.of("media_buffering_events", "media_waits", "media_session_errors")) {
      assertThat(database.countAsReader(Played.ORG, table)).as(table).isPositive();
      assertThat(database.countAsReader(UUID.randomUUID(), table)).as(table).isZero();
    }
  }

  @Test
  void anErrorIsOneRowHoweverOftenItIsWritten() throws SQLException {
    Played played = Played.session(2).start(0);
    played.add(
        2, EventType.ERROR, new EventData.PlaybackError("HTTP_403", "expired", 1.5, true, null));
    write(played.measured());
    database.write(new ErrorTable(), played.measured().errors().get(0));
    database.write(new ErrorTable(), played.end(3, 0, "error", 0).measured().errors().get(0));

    assertThat(database.rows("SELECT * FROM media_session_errors"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("code", "HTTP_403")
                    .containsEntry("message", "expired")
                    .containsEntry("position_seconds", "1.5")
                    .containsEntry("fatal", "t")
                    .containsEntry("events_seen", "3"));
  }

  private static void write(MeasuredSession session) throws SQLException {
    database.write(new SessionTable(), session.metrics());
    for (Stall wait : session.waits()) {
      database.write(new WaitTable(), wait);
    }
  }
}
