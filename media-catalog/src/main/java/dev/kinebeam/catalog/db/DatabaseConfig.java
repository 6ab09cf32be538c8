package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Masked;
import java.time.Duration;
import java.util.Map;

/**
 * Where the database is and how it is used.
 *
 * @param url a JDBC address, {@code jdbc:postgresql://…}
 * @param password never printed
 * @param poolSize the most connections held
 * @param maxWait how long a caller waits for a connection before the database counts as away
 */
public record DatabaseConfig(
    String url, String user, String password, int poolSize, Duration maxWait) {
  /** The usual pool of a program. */
  public static DatabaseConfig of(String url, String user, String password) {
    return new DatabaseConfig(url, user, password, 8, Duration.ofSeconds(3));
  }

  /**
   * What programs are given: {@code DATABASE_URL}, {@code DATABASE_USER}, {@code
   * DATABASE_PASSWORD}.
   *
   * @param usualUser where the environment names none
   * @throws IllegalArgumentException when there is no address or no password; a password that is
   *     set to nothing is for databases that ask for none
   */
  public static DatabaseConfig fromEnvironment(Map<String, String> environment, String usualUser) {
    String url = environment.getOrDefault("DATABASE_URL", "");
    if (url.isBlank()) {
      throw new IllegalArgumentException(
          "DATABASE_URL is not set: name the catalogue's database (jdbc:postgresql://…)");
    }
    String user = environment.getOrDefault("DATABASE_USER", usualUser);
    String password = environment.get("DATABASE_PASSWORD");
    if (password == null) {
      throw new IllegalArgumentException(
          "DATABASE_PASSWORD is not set: give the password of the login " + user);
    }
    return of(url, user, password);
  }

  @Override
  public String toString() {
    return "DatabaseConfig[url="
        + Masked.address(url)
        + ", user="
        + user
        + ", password="
        + Masked.SECRET
        + ", poolSize="
        + poolSize
        + ", maxWait="
        + maxWait
        + "]";
  }
}
