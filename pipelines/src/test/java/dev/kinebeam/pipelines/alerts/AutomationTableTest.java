package dev.kinebeam.pipelines.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Evidence;
import dev.kinebeam.testkit.Eventually;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class AutomationTableTest {
  private static final long AT = 1_780_000_000_000L;
  private static MetricsDatabase database;

  private final UUID org = UUID.randomUUID();
  private final AutomationTable table = new AutomationTable();

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  private AlertChange change(AlertChange.Kind kind, long at) {
    return AlertChange.of(
        kind,
        org,
        Subject.exercise("squat"),
        at,
        Evidence.ofShare(10, 3, 0.1, null, at - 1000, at));
  }

  private void write(AlertChange... changes) throws SQLException {
    try (DatabaseSession session = database.settings().session()) {
      MetricsDatabase.write(session, table, List.of(changes));
    }
  }

  private List<Map<String, String>> changes() throws SQLException {
    return database.rows(
        "SELECT payload->>'change' AS change, version FROM automation_changes WHERE org_id = '"
            + org
            + "' ORDER BY change_id");
  }

  private List<String> states() throws SQLException {
    return database
        .rows("SELECT state FROM automations WHERE org_id = '" + org + "' ORDER BY opened_at")
        .stream()
        .map(row -> row.get("state"))
        .toList();
  }

  @Test
  void aRepeatedChangeDoesNothing() throws Exception {
    AlertChange opened = change(AlertChange.Kind.OPENED, AT);
    AlertChange cleared = change(AlertChange.Kind.CLEARED, AT + 1000);
    write(opened);
    write(opened);
    // The same condition, found at another moment by a job that went back.
    write(change(AlertChange.Kind.OPENED, AT + 10));
    write(cleared, cleared);
    write(opened, change(AlertChange.Kind.OPENED, AT + 20), cleared);

    assertThat(states()).containsExactly("resolved");
    assertThat(changes())
        .containsExactly(
            Map.of("change", "opened", "version", "1"),
            Map.of("change", "resolved", "version", "2"));
  }

  @Test
  void aNewConditionOpensAnew() throws Exception {
    write(change(AlertChange.Kind.OPENED, AT), change(AlertChange.Kind.CLEARED, AT + 1000));
    write(change(AlertChange.Kind.OPENED, AT + 2000));
    // A clearing from before says nothing of the new one.
    write(change(AlertChange.Kind.CLEARED, AT + 1000));

    assertThat(states()).containsExactly("resolved", "open");
  }

  @Test
  void whatAPersonResolvedStaysSoUntilTheConditionHasEnded() throws Exception {
    write(change(AlertChange.Kind.OPENED, AT));
    database.run(
        "UPDATE automations SET state = 'resolved', resolved_at = now(), resolved_by = 'me'"
            + " WHERE org_id = '"
            + org
            + "'");
    write(change(AlertChange.Kind.OPENED, AT + 500));
    write(change(AlertChange.Kind.CLEARED, AT + 1000));
    assertThat(states()).containsExactly("resolved");
    assertThat(changes()).as("the end of the condition changes nothing any more").hasSize(2);

    write(change(AlertChange.Kind.OPENED, AT + 2000));
    assertThat(states()).containsExactly("resolved", "open");
  }

  @Test
  void changesAreNumberedAsTheyAreCommitted() throws Exception {
    UUID other = UUID.randomUUID();
    AlertChange later =
        AlertChange.of(
            AlertChange.Kind.OPENED,
            other,
            Subject.organisation(AlertRule.CDN_ISSUE),
            AT,
            Evidence.ofShare(10, 3, 0.1, null, AT, AT));
    Thread quick =
        new Thread(
            () -> {
              try {
                write(later);
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    try (DatabaseSession slow = database.settings().session()) {
      slow.commit(
          handle -> {
            table.write(handle, List.of(change(AlertChange.Kind.OPENED, AT)));
            quick.start();
            awaitALockWaiter();
            return true;
          });
      quick.join();
    }
    assertThat(
            database.rows(
                "SELECT org_id FROM automation_changes WHERE org_id IN ('%s', '%s') ORDER BY change_id"
                    .formatted(org, other)))
        .extracting(row -> row.get("org_id"))
        .containsExactly(org.toString(), other.toString());
  }

  private static void awaitALockWaiter() throws SQLException {
    Eventually.until(
        "a session waits",
        () ->
            !database
                .rows("SELECT 1 AS waits FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                .isEmpty());
  }
}
