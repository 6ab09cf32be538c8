package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.RowSink;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A real PostgreSQL with the migrations, written to with the pipeline's own rights. */
public final class MetricsDatabase implements AutoCloseable {
  private final TestPostgres postgres = TestPostgres.migrated();
  private final DatabaseSession pipeline;

  public MetricsDatabase() throws SQLException {
    pipeline = settings().session();
  }

  public DatabaseSettings settings() {
    return new DatabaseSettings(postgres.url("pipeline"), "pipeline", "");
  }

  /** With the rights of whoever is called by a scheduler. */
  public DatabaseSettings maintenance() {
    return new DatabaseSettings(postgres.url("maintenance"), "maintenance", "");
  }

  /** With the rights of the media worker. */
  public DatabaseSettings worker() {
    return new DatabaseSettings(postgres.url("worker"), "worker", "");
  }

  /** With the rights of whoever enters organizations and people. */
  public DatabaseSettings registry() {
    return new DatabaseSettings(postgres.url("registry"), "registry", "");
  }

  public void run(String sql) {
    postgres.run(sql);
  }

  public void empty() {
    postgres.empty("media_session_metrics", "media_waits", "media_session_errors");
  }

  <R> void write(RowSink<R> sink, R row) throws SQLException {
    write(pipeline, sink, List.of(row));
  }

  /** Writes rows in one transaction of this session. */
  public static <R> void write(DatabaseSession session, RowSink<R> sink, List<R> rows)
      throws SQLException {
    session.commit(
        handle -> {
          sink.write(handle, rows);
          return rows.size();
        });
  }

  /** As a writer does whose rows were refused. */
  void rollback() throws SQLException {
    pipeline.rollback();
  }

  /** How many rows a reader of this organisation sees. */
  long countAsReader(UUID org, String table) throws SQLException {
    try (Connection owner = postgres.owner().getConnection();
        Statement statement = owner.createStatement()) {
      owner.setAutoCommit(false);
      statement.execute("SET LOCAL ROLE kinebeam_gateway");
      statement.execute("SELECT set_config('kinebeam.org_id', '" + org + "', true)");
      try (ResultSet found = statement.executeQuery("SELECT count(*) FROM " + table)) {
        found.next();
        return found.getLong(1);
      }
    }
  }

  /** The one row of sessions; a failure when there are more or none. */
  Map<String, String> onlySession() {
    List<Map<String, String>> rows = rows("SELECT * FROM media_session_metrics");
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  /** Every column but {@code updated_at}, as text. */
  public List<Map<String, String>> rows(String query) {
    List<Map<String, String>> rows = postgres.rows(query);
    rows.forEach(row -> row.remove("updated_at"));
    return rows;
  }

  @Override
  public void close() throws SQLException {
    pipeline.close();
    postgres.close();
  }
}
