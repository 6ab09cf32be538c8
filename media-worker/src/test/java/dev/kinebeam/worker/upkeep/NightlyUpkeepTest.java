package dev.kinebeam.worker.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.pipelines.sessions.MeasuredRows;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.pipelines.sessions.Played;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.program.database.DatabaseSession;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the worker. {@link UpkeepTest} has what each part does. */
@Tag("servers")
class NightlyUpkeepTest {
  private static final Instant NIGHT = Instant.parse("2026-11-26T03:00:00Z");

  private MetricsDatabase database;
  private NightlyUpkeep upkeep;

  @BeforeEach
  void start() throws Exception {
    database = new MetricsDatabase();
    upkeep =
        new NightlyUpkeep(database.worker(), Optional.empty(), Clock.fixed(NIGHT, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() throws Exception {
    database.close();
  }

  private void write(Played played) throws SQLException {
    try (DatabaseSession writer = database.settings().session()) {
      MetricsDatabase.write(writer, new SessionTable(), List.of(MeasuredRows.session(played)));
    }
  }

  @Test
  void aNightMakesPartitionsAheadDropsOldOnesAndCorrectsCounts() throws Exception {
    write(Played.session(1).play(-25 * 30.4 * 86_400, 5));
    write(Played.session(2).start(0));
    database.run("UPDATE media_session_weekly_agg SET sessions = 9");

    assertThat(upkeep.run())
        .contains("partitions and", "weekly rows dropped", "rows corrected", "0 changes removed");

    assertThat(database.rows("SELECT 1 FROM media_session_metrics")).hasSize(1);
    assertThat(database.rows("SELECT to_regclass('media_session_metrics_2027_02') AS t"))
        .containsExactly(Map.of("t", "media_session_metrics_2027_02"));
    assertThat(
            database.rows(
                "SELECT 1 FROM media_session_weekly_agg"
                    + " WHERE sessions <> 1 AND week > '2026-11-01'"))
        .isEmpty();
    assertThat(upkeep.run()).as("a second run").contains("0 partitions", "0 rows corrected");
  }

  @Test
  void aPartThatFailsIsNamedAndTheOthersAreDone() throws Exception {
    write(Played.session(1).start(0));
    database.run("UPDATE media_session_weekly_agg SET sessions = 9");
    database.run(
        "CREATE OR REPLACE FUNCTION drop_weekly_rows(boundary date, by_whom text) RETURNS bigint"
            + " LANGUAGE sql AS 'SELECT 1 / (random() * 0)::bigint'");
    assertThatThrownBy(upkeep::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("partitions: ")
        .hasMessageContaining("division by zero")
        .hasMessageNotContaining("reconcile");
    assertThat(database.rows("SELECT sessions FROM media_session_weekly_agg"))
        .containsExactly(Map.of("sessions", "1"));
  }
}
