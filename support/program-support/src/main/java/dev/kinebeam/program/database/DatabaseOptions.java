package dev.kinebeam.program.database;

import picocli.CommandLine.Option;

/** The flags that name a program's database and its login. The password has no flag. */
public final class DatabaseOptions {
  @Option(
      names = "--database-url",
      paramLabel = "JDBC-URL",
      defaultValue = "${env:DATABASE_URL:-}",
      description = "jdbc:postgresql://… (env DATABASE_URL; DATABASE_PASSWORD beside it).")
  private String url;

  @Option(
      names = "--database-user",
      paramLabel = "LOGIN",
      defaultValue = "${env:DATABASE_USER:-}",
      description = "The program's login (env DATABASE_USER).")
  private String user;

  /**
   * The address.
   *
   * @throws IllegalArgumentException when it is not set, or not one of PostgreSQL
   */
  public String url() {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("DATABASE_URL must begin with jdbc:postgresql:");
    }
    return url;
  }

  /**
   * The login.
   *
   * @param group the role that it has to be a member of
   * @throws IllegalArgumentException when it is not set
   */
  public String user(String group) {
    if (user.isBlank()) {
      throw new IllegalArgumentException("DATABASE_USER is not set: a member of " + group);
    }
    return user;
  }
}
