package dev.kinebeam.localstack.services;

import dev.kinebeam.catalog.db.Migrations;
import dev.kinebeam.localstack.services.Endpoints.Database;
import dev.kinebeam.localstack.services.Endpoints.Login;
import dev.kinebeam.programs.process.ProgramFailedException;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;

/**
 * Makes our database in a running server: tables by migration, and a login per program with a new
 * password.
 */
final class DatabaseSetup {
  private static final String DATABASE = "kinebeam";

  private DatabaseSetup() {}

  static Database prepare(PostgresService server) throws IOException {
    Login admin = server.admin();
    String url = server.jdbcUrl(DATABASE);
    try {
      createDatabase(server.jdbcUrl("postgres"), admin);
      new Migrations(url, admin.user(), admin.password()).apply();
      return new Database(url, admin, logins(url, admin));
    } catch (SQLException e) {
      throw new ProgramFailedException("the database could not be prepared: " + e.getMessage(), e);
    }
  }

  private static void createDatabase(String url, Login admin) throws SQLException {
    try (Connection connection = connect(url, admin);
        PreparedStatement known =
            connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      known.setString(1, DATABASE);
      if (!known.executeQuery().next()) {
        execute(connection, "CREATE DATABASE " + DATABASE);
      }
    }
  }

  private static Map<ProgramRole, Login> logins(String url, Login admin) throws SQLException {
    Map<ProgramRole, Login> logins = new EnumMap<>(ProgramRole.class);
    try (Connection connection = connect(url, admin)) {
      for (ProgramRole role : ProgramRole.values()) {
        Login login = new Login(role.user(), Secrets.random());
        createLogin(connection, role, login);
        logins.put(role, login);
      }
    }
    return logins;
  }

  /**
   * Names are ours and passwords are random URL-safe Base64, so they need no quoting in the
   * statement.
   */
  private static void createLogin(Connection connection, ProgramRole role, Login login)
      throws SQLException {
    try (PreparedStatement known =
        connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
      known.setString(1, role.user());
      if (!known.executeQuery().next()) {
        execute(connection, "CREATE ROLE " + role.user());
      }
    }
    execute(
        connection,
        "ALTER ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '%s'"
            .formatted(login.user(), login.password()));
    // A program that stops in the middle of a transaction must not keep its locks, nor keep vacuum
    // from removing what was deleted since.
    execute(
        connection,
        "ALTER ROLE %s SET idle_in_transaction_session_timeout = '10s'".formatted(login.user()));
    execute(connection, "GRANT %s TO %s".formatted(role.group(), login.user()));
    if (role == ProgramRole.CORE_API) {
      // Its --development offers the people of the database to sign in as.
      execute(connection, "GRANT kinebeam_development TO " + login.user());
    }
  }

  private static Connection connect(String url, Login login) throws SQLException {
    return DriverManager.getConnection(url, login.user(), login.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
