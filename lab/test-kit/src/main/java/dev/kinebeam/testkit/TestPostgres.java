package dev.kinebeam.testkit;

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
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * A database of one test's own. All of them are on one real PostgreSQL server, which is started
 * with the first and stopped with this JVM; each is a copy of one that has all migrations, since
 * copying takes a tenth of the time of a server of its own.
 *
 * <p>Roles belong to the server, not to a database. For each role {@code kinebeam_x} of the
 * migrations there is a login {@code x} without a password and with its rights only.
 *
 * <p>A test that uses one has {@code @Tag("servers")}, by which a quick run leaves it out.
 */
public final class TestPostgres implements AutoCloseable {
  private static final String SUPERUSER = "postgres";
  private static final String TEMPLATE = "migrated";

  /** Set by {@code ./kinebeam test --quick}. */
  private static final String QUICK = "kinebeam.quick";

  private static EmbeddedPostgres server;
  private static boolean templateIsReady;
  private static int made;

  private final String name;
  private Connection superuser;

  private TestPostgres(String name) {
    this.name = name;
  }

  /** A new database with all migrations that are on the class path. */
  public static synchronized TestPostgres migrated() {
    if (!templateIsReady) {
      TestPostgres template = create(TEMPLATE, "");
      Flyway.configure().dataSource(template.owner()).load().migrate();
      template.run(
          """
          DO $$
          DECLARE granted text;
          BEGIN
            FOR granted IN SELECT rolname FROM pg_roles WHERE rolname LIKE 'kinebeam\\_%' LOOP
              EXECUTE format('CREATE ROLE %I LOGIN IN ROLE %I',
                             substr(granted, length('kinebeam_') + 1), granted);
            END LOOP;
            GRANT kinebeam_development TO core_api;
          END $$""");
      templateIsReady = true;
    }
    return create("test_" + ++made, " TEMPLATE " + TEMPLATE);
  }

  /** A new database without a table. */
  public static synchronized TestPostgres empty() {
    return create("test_" + ++made, "");
  }

  private static TestPostgres create(String name, String options) {
    if (server == null) {
      if (Boolean.getBoolean(QUICK)) {
        throw new IllegalStateException(
            "a quick run starts no PostgreSQL server; this test needs @Tag(\"servers\")");
      }
      try {
        // Its files go with the JVM: nothing is lost by a write that a power failure would lose.
        server = EmbeddedPostgres.builder().setServerConfig("full_page_writes", "off").start();
      } catch (IOException e) {
        throw new IllegalStateException("the tests' PostgreSQL server does not start", e);
      }
    }
    execute(server.getPostgresDatabase(), "CREATE DATABASE " + name + options);
    return new TestPostgres(name);
  }

  public String name() {
    return name;
  }

  /** Without a pool: each connection is a new one. */
  public DataSource as(String login) {
    return server.getDatabase(login, name);
  }

  /** With the rights of a superuser. */
  public DataSource owner() {
    return as(SUPERUSER);
  }

  /** The JDBC URL, with the login as its user. */
  public String url(String login) {
    return server.getJdbcUrl(login, name);
  }

  /** Runs statements with the rights of a superuser. */
  public void run(String sql) {
    execute(owner(), sql);
  }

  /**
   * Deletes every row of these tables, with the effects of their triggers. Takes a fifth of the
   * time of a TRUNCATE, which makes new files for every partition and index.
   */
  public synchronized void empty(String... tables) {
    StringBuilder all = new StringBuilder();
    for (String table : tables) {
      all.append("DELETE FROM ").append(table).append(';');
    }
    try (Statement statement = superuser().createStatement()) {
      statement.execute(all.toString());
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL refused: " + all, e);
    }
  }

  /** The rows that a superuser sees: each column under its name, as text. */
  public synchronized List<Map<String, String>> rows(String query) {
    try (Statement statement = superuser().createStatement();
        ResultSet found = statement.executeQuery(query)) {
      ResultSetMetaData columns = found.getMetaData();
      List<Map<String, String>> rows = new ArrayList<>();
      while (found.next()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
          row.put(columns.getColumnName(i), found.getString(i));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL refused: " + query, e);
    }
  }

  /** Kept, since a new session reads the catalogue of all partitions before its first plan. */
  private Connection superuser() throws SQLException {
    if (superuser == null) {
      superuser = owner().getConnection();
    }
    return superuser;
  }

  private static void execute(DataSource source, String sql) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("PostgreSQL refused: " + sql, e);
    }
  }

  /** Drops the database; connections that are still open are closed by the server. */
  @Override
  public synchronized void close() {
    if (superuser != null) {
      try {
        superuser.close();
      } catch (SQLException e) {
        throw new IllegalStateException("the connection to " + name + " does not close", e);
      }
    }
    execute(server.getPostgresDatabase(), "DROP DATABASE " + name + " WITH (FORCE)");
  }
}
