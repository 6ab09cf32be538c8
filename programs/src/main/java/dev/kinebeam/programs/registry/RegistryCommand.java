package dev.kinebeam.programs.registry;

import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.worker.rights.DatabaseLogin;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands of the registry share: their login and how they answer. */
abstract class RegistryCommand implements Callable<Integer> {
  /** The usual login. */
  private static final String USER = "kb_registry";

  private static final String PERMISSION_DENIED = "42501";
  private static final int LONGEST_NAME = 200;

  @Mixin private final JsonOption json = new JsonOption();

  @Mixin private DatabaseLogin login;
  @Spec private CommandSpec spec;

  /**
   * What was done.
   *
   * @param line for scripts: on standard output
   * @param message for people: on standard error
   * @param json in place of both
   */
  record Answer(String line, String message, Map<String, Object> json) {}

  /** Does it. */
  abstract Answer enter(Registry registry) throws SQLException, Registry.Refused;

  /**
   * Looks at the flags before anything is asked of the database.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  abstract void check();

  @Override
  public final Integer call() throws SQLException {
    DatabaseSettings database;
    try {
      check();
      login.actor();
      database = login.database(System.getenv(), USER);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
    try (DatabaseSession session = database.session()) {
      print(enter(new Registry(session, login.actor())));
      return 0;
    } catch (Registry.Refused e) {
      throw usage(e);
    } catch (SQLException e) {
      if (PERMISSION_DENIED.equals(e.getSQLState())) {
        throw new SQLException(
            "DATABASE_USER is %s, which may not write; use a login that is a member of kinebeam_registry"
                .formatted(database.user()),
            e);
      }
      throw e;
    }
  }

  private ParameterException usage(Exception e) {
    return new ParameterException(spec.commandLine(), e.getMessage(), e);
  }

  private void print(Answer answer) {
    if (json.isWanted()) {
      JsonOption.print(spec.commandLine().getOut(), answer.json());
    } else {
      spec.commandLine().getOut().println(answer.line());
      spec.commandLine().getErr().println(answer.message());
    }
    spec.commandLine().getOut().flush();
    spec.commandLine().getErr().flush();
  }

  /** A name that people will read. */
  static void checkName(String name) {
    if (name.isBlank() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "--name has %d characters; it must have 1 to %d and not be blank"
              .formatted(name.length(), LONGEST_NAME));
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("--name has a control character; leave it out");
    }
  }
}
