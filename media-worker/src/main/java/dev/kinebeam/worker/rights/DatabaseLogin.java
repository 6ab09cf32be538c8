package dev.kinebeam.worker.rights;

import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.Masked;
import java.util.Map;
import picocli.CommandLine.Option;

/** The flags by which commands of administration reach the database, and in whose name they act. */
public final class DatabaseLogin {
  @Option(
      names = "--database",
      paramLabel = "JDBC-URL",
      defaultValue = "${env:DATABASE_URL:-jdbc:postgresql://localhost:5432/kinebeam}",
      description = "Where the rows are. Default: DATABASE_URL, else this machine's.")
  private String url;

  @Option(
      names = "--database-user",
      paramLabel = "LOGIN",
      description = "Who logs in. Default: DATABASE_USER, else the login named below.")
  private String user;

  @Option(
      names = "--actor",
      defaultValue = "${env:KINEBEAM_ACTOR:-${env:USER:-scheduler}}",
      description = "Who the audit log says it was. Default: ${DEFAULT-VALUE}")
  private String actor;

  /**
   * Where to log in.
   *
   * @param usualUser the login where neither flag nor environment names one
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  public DatabaseSettings database(Map<String, String> environment, String usualUser) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "--database is " + Masked.address(url) + "; it must begin with jdbc:postgresql:");
    }
    return new DatabaseSettings(
        url,
        user == null ? environment.getOrDefault("DATABASE_USER", usualUser) : user,
        environment.getOrDefault("DATABASE_PASSWORD", ""));
  }

  /**
   * A name for the audit log.
   *
   * @throws IllegalArgumentException when it is blank
   */
  public String actor() {
    if (actor.isBlank()) {
      throw new IllegalArgumentException("--actor is blank; name who asks for this");
    }
    return actor;
  }
}
