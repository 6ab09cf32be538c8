package dev.kinebeam.worker.rights;

import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.database.DatabaseSettings;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags by which commands of administration reach the database, and in whose name they act. */
public final class DatabaseLogin {
  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  @Option(
      names = "--actor",
      defaultValue = "${env:KINEBEAM_ACTOR:-${env:USER:-scheduler}}",
      description =
          "Who the audit log says it was. Default: KINEBEAM_ACTOR, else USER, else scheduler")
  private String actor;

  /**
   * Where to log in.
   *
   * @param usualUser the login where neither flag nor environment names one
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  public DatabaseSettings database(Map<String, String> environment, String usualUser) {
    return database.settingsOrLocal(environment, usualUser);
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
