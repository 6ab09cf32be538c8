package dev.kinebeam.beam;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * How to reach the database. It travels inside the submitted job, so that workers need no
 * environment of their own; {@link #toString} hides the password.
 *
 * @param url {@code jdbc:postgresql://…}
 */
public record JdbcSettings(String url, String user, String password) implements Serializable {
  /** A connection with auto-commit off. */
  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "kinebeam-pipeline");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("tcpKeepAlive", "true");
    // The detail of a refusal quotes the whole row; messages go to logs and dead letters.
    properties.setProperty("logServerErrorDetail", "false");
    // A writer that died without a word must not keep its locks, also where the role has no
    // setting.
    properties.setProperty("options", "-c idle_in_transaction_session_timeout=10s");
    Connection connection = DriverManager.getConnection(url, properties);
    connection.setAutoCommit(false);
    return connection;
  }

  @Override
  public String toString() {
    return "JdbcSettings[url=" + url + ", user=" + user + ", password=***]";
  }
}
