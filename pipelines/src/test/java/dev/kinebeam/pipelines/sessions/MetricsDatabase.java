package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.JdbcSettings;
import dev.kinebeam.beam.RowSink;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/** A real PostgreSQL with the migrations, written to with the pipeline's own rights. */
public final class MetricsDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final Connection pipeline;

  public MetricsDatabase() throws IOException, SQLException {
    postgres = EmbeddedPostgres.start();
    Flyway.configure().dataSource(postgres.getPostgresDatabase()).load().migrate();
    run("CREATE ROLE pipeline LOGIN IN ROLE kinebeam_pipeline");
    run("CREATE ROLE maintenance LOGIN IN ROLE kinebeam_maintenance");
    run("CREATE ROLE registry LOGIN IN ROLE kinebeam_registry");
    pipeline = settings().connect();
  }

  public JdbcSettings settings() {
    return new JdbcSettings(postgres.getJdbcUrl("pipeline", "postgres"), "pipeline", "");
  }

  /** With the rights of whoever is called by a scheduler. */
  public JdbcSettings maintenance() {
    return new JdbcSettings(postgres.getJdbcUrl("maintenance", "postgres"), "maintenance", "");
  }

  /** With the rights of whoever enters organizations and people. */
  public JdbcSettings registry() {
    return new JdbcSettings(postgres.getJdbcUrl("registry", "postgres"), "registry", "");
  }

  public void run(String sql) throws SQLException {
    try (Connection owner = postgres.getPostgresDatabase().getConnection();
        Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }

  public void empty() throws SQLException {
    run("TRUNCATE media_session_metrics, media_waits, media_session_errors");
  }

  <R> void write(RowSink<R> sink, R row) throws SQLException {
    sink.write(pipeline, List.of(row));
    pipeline.commit();
  }

  /** As a writer does whose rows were refused. */
  void rollback() throws SQLException {
    pipeline.rollback();
  }

  /** How many rows a reader of this organisation sees. */
  long countAsReader(UUID org, String table) throws SQLException {
    try (Connection owner = postgres.getPostgresDatabase().getConnection();
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
  Map<String, String> onlySession() throws SQLException {
    List<Map<String, String>> rows = rows("SELECT * FROM media_session_metrics");
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  /** Every column but {@code updated_at}, as text. */
  public List<Map<String, String>> rows(String query) throws SQLException {
    try (Connection owner = postgres.getPostgresDatabase().getConnection();
        Statement statement = owner.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      List<Map<String, String>> rows = new ArrayList<>();
      ResultSetMetaData columns = found.getMetaData();
      while (found.next()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          if (!columns.getColumnName(i).equals("updated_at")) {
            row.put(columns.getColumnName(i), found.getString(i));
          }
        }
        rows.add(row);
      }
      return rows;
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    pipeline.close();
    postgres.close();
  }
}
