package dev.kinebeam.pipelines.sessions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.RowSink;
import dev.kinebeam.beam.UpsertRows;
import dev.kinebeam.schemas.event.DeadLetter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The edge to the database, on a real one that is sometimes unkind. */
@Tag("servers")
class UpsertRowsScenarioTest {
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

  @Test
  void oneBundleMayHoldASessionManyTimes() throws SQLException {
    Played played = Played.session(1).start(0).play(1, 0).heartbeat(11, 10, 0, 0);
    List<SessionMetrics> rows = new ArrayList<>();
    rows.add(row(Played.tallyOf(played.records().subList(0, 1))));
    rows.add(row(played.tally()));
    rows.add(row(SessionTally.of(played.records().get(1))));

    PAssert.that(upsert(rows, new SessionTable())).empty();
    run();

    assertThat(stored()).singleElement().satisfies(r -> assertThat(r).containsEntry("n", "3"));
  }

  @Test
  void aRowThatTheDatabaseRefusesStopsNoOther() throws SQLException {
    List<SessionMetrics> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(row(Played.session(i).start(0).tally()));
    }
    // PostgreSQL's texts cannot hold U+0000; the parser refuses it too, but this edge trusts no
    // caller.
    rows.add(row(Played.session(99).error(0, "a\u0000b", false).tally()));

    PAssert.that(upsert(rows, new SessionTable()))
        .satisfies(
            deadLetters -> {
              assertThat(deadLetters)
                  .singleElement()
                  .satisfies(
                      deadLetter -> {
                        assertThat(deadLetter.reason().code()).isEqualTo("refused_by_database");
                        assertThat(
                                new String(deadLetter.originalBytes(), UTF_8) + deadLetter.reason())
                            .contains("media_session_metrics", "session_id", "started_at")
                            .doesNotContain(Played.PATIENT.toString());
                      });
              return null;
            });
    run();

    assertThat(stored()).hasSize(20);
  }

  /** Retention drops a month while the job knows it, and a late row of it comes. */
  @Test
  void aMonthThatWasDroppedMeanwhileIsMadeAgain() throws SQLException {
    SessionTable sessions = new SessionTable();
    WaitTable stalls = new WaitTable();
    Played early = Played.session(1).start(-400 * 86_400.0).stall(-400 * 86_400.0 + 5, 2);
    Played late = Played.session(2).start(-400 * 86_400.0).stall(-400 * 86_400.0 + 5, 2);
    database.write(sessions, early.measured().metrics());
    database.write(stalls, early.measured().waits().get(0));
    String month = month(early);
    for (String table : List.of("media_session_metrics_", "media_waits_")) {
      database.run("DROP TABLE " + table + month);
    }

    database.write(sessions, late.measured().metrics());
    database.write(stalls, late.measured().waits().get(0));

    assertThat(stored()).hasSize(1);
    assertThat(database.rows("SELECT 1 FROM media_waits")).hasSize(1);
  }

  private static String month(Played played) {
    long start = played.measured().metrics().identity().startedAtMs();
    return Instant.ofEpochMilli(start).toString().substring(0, 7).replace('-', '_');
  }

  /** The name is taken, so there is no room to be made: the reason says what to do. */
  @Test
  void rowsOfADetachedMonthAreRefusedWithAReason() throws SQLException {
    Played played = Played.session(3).start(-800 * 86_400.0);
    String month = month(played);
    database.run("CREATE TABLE media_session_metrics_" + month + " (id int)");
    PAssert.that(upsert(List.of(row(played.tally())), new SessionTable()))
        .satisfies(
            deadLetters -> {
              assertThat(deadLetters)
                  .singleElement()
                  .satisfies(l -> assertThat(l.reason().message()).contains("attach it again"));
              return null;
            });
    run();
    assertThat(stored()).isEmpty();
  }

  @Test
  void aLostConnectionIsOpenedAgain() throws SQLException {
    LosesItsConnection.LOSSES.set(2);

    PAssert.that(upsert(List.of(row(Played.session(1).start(0).tally())), new LosesItsConnection()))
        .empty();
    run();

    assertThat(LosesItsConnection.LOSSES).hasValue(0);
    assertThat(stored()).hasSize(1);
  }

  /** Has the server end the connection in the middle of a transaction. */
  private static final class LosesItsConnection implements RowSink<SessionMetrics> {
    static final AtomicInteger LOSSES = new AtomicInteger();
    private final SessionTable table = new SessionTable();

    @Override
    public String what() {
      return table.what();
    }

    @Override
    public Comparable<?> key(SessionMetrics row) {
      return table.key(row);
    }

    @Override
    public boolean covers(SessionMetrics newer, SessionMetrics older) {
      return table.covers(newer, older);
    }

    @Override
    public Map<String, Object> reference(SessionMetrics row) {
      return table.reference(row);
    }

    @Override
    public void write(Handle handle, List<SessionMetrics> rows) throws SQLException {
      table.write(handle, rows);
      if (LOSSES.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        handle.execute("SELECT pg_terminate_backend(pg_backend_pid())");
      }
    }
  }

  private final Pipeline pipeline = Pipeline.create();

  private PCollection<DeadLetter> upsert(List<SessionMetrics> rows, RowSink<SessionMetrics> sink) {
    return pipeline
        .apply("Rows", Create.of(rows).withCoder(JsonCoder.of(SessionMetrics.class)))
        .apply("Upsert", UpsertRows.into(database.settings(), sink));
  }

  private void run() {
    pipeline.run().waitUntilFinish();
  }

  private static SessionMetrics row(SessionTally tally) {
    return MeasuredSession.of(tally).metrics();
  }

  private static List<Map<String, String>> stored() throws SQLException {
    return database.rows("SELECT session_id, events_seen AS n FROM media_session_metrics");
  }
}
