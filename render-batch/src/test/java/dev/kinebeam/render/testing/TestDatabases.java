package dev.kinebeam.render.testing;

import dev.kinebeam.catalog.db.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Databases on one real server, which goes with this JVM. */
public final class TestDatabases {
  private static EmbeddedPostgres server;
  private static int made;

  private TestDatabases() {}

  /** A new one with all migrations. */
  public static synchronized DataSource migrated() throws IOException {
    if (server == null) {
      server = EmbeddedPostgres.builder().start();
      execute(server.getPostgresDatabase(), "CREATE DATABASE pattern");
      Database.migrate(server.getDatabase("postgres", "pattern"));
    }
    String name = "test_" + ++made;
    execute(server.getPostgresDatabase(), "CREATE DATABASE " + name + " TEMPLATE pattern");
    return server.getDatabase("postgres", name);
  }

  /** The same database with the rights of the render programs and no others. */
  public static synchronized DataSource asRender(DataSource owner) throws IOException {
    execute(
        owner,
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'render') THEN"
            + " CREATE ROLE render LOGIN NOBYPASSRLS IN ROLE kinebeam_render; END IF; END $$");
    try (Connection connection = owner.getConnection()) {
      return server.getDatabase("render", connection.getCatalog());
    } catch (SQLException e) {
      throw new IOException("no login for the test", e);
    }
  }

  private static void execute(DataSource source, String sql) throws IOException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException("no database for the test", e);
    }
  }
}
