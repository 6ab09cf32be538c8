package dev.kinebeam.program.database;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.schemas.Masked;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags that name a program's database and its login. The password has no flag. */
public final class DatabaseOptions {
  private static final String LOCAL = "jdbc:postgresql://localhost:5432/kinebeam";

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
   * The settings of a service, which names its database itself.
   *
   * @param group the role that the login has to be a member of
   * @throws IllegalArgumentException naming the setting that is missing or wrong
   */
  public DatabaseSettings settings(Map<String, String> environment, String group) {
    if (url.isBlank()) {
      throw new IllegalArgumentException(
          "DATABASE_URL is not set: set the address of the database (jdbc:postgresql://…)");
    }
    if (user.isBlank()) {
      throw new IllegalArgumentException(
          "DATABASE_USER is not set: set a login that is a member of " + group);
    }
    return checked(url, user, environment);
  }

  /**
   * The settings of a command of administration: the database of this machine, unless the flag or
   * the environment names another.
   *
   * @param usualUser the login where neither flag nor environment names one
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  public DatabaseSettings settingsOrLocal(Map<String, String> environment, String usualUser) {
    return checked(url.isBlank() ? LOCAL : url, user.isBlank() ? usualUser : user, environment);
  }

  private static DatabaseSettings checked(
      String url, String user, Map<String, String> environment) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "--database-url (DATABASE_URL) is %s; it must begin with jdbc:postgresql:"
              .formatted(Masked.address(url)));
    }
    return new DatabaseSettings(
        url, user, Environment.of(environment).secret(DatabaseSettings.PASSWORD).orElse(""));
  }
}
