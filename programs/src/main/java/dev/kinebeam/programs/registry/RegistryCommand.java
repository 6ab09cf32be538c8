package dev.kinebeam.programs.registry;

import dev.kinebeam.catalog.people.Locales;
import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.catalog.people.Registry.RefusedException;
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

  /**
   * Does it.
   *
   * @throws RefusedException when it does not fit what is there
   */
  abstract Answer enter(Registry registry);

  /**
   * Looks at the flags before anything is asked of the database.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  abstract void check();

  /** The flag that does not fit, its value, and the remedy. */
  String message(RefusedException refused) {
    String value = refused.value();
    return switch (refused.reason()) {
      case NO_ORGANIZATION ->
          "--org is %s, and there is no such organization; enter it with 'org add' first"
              .formatted(value);
      case NO_PATIENT ->
          "--patient is %s, and the organization has no such patient; enter them with 'person add --role patient' first"
              .formatted(value);
      case NO_SPECIALIST ->
          "--specialist is %s, and the organization has no such specialist; enter them with 'person add --role specialist' first"
              .formatted(value);
      case OTHER_ROLE ->
          "--id is %s, and this person is entered as %s; give the person another --id"
              .formatted(value, refused.known());
      case NO_TIME_ZONE ->
          "--time-zone is %s, which the database does not know; update its time zones"
              .formatted(value);
      case RETENTION_TOO_LONG ->
          "--retention-months is %s; the platform keeps sessions for %s months"
              .formatted(value, refused.known());
    };
  }

  @Override
  public final Integer call() throws SQLException {
    DatabaseSettings database;
    try {
      check();
      login.actor();
      database = login.database(System.getenv(), USER);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage(), e);
    }
    try (DatabaseSession session = database.session()) {
      print(session.commit(handle -> enter(new Registry(handle, login.actor()))));
      return 0;
    } catch (RefusedException e) {
      throw usage(message(e), e);
    }
  }

  private ParameterException usage(String message, Exception e) {
    return new ParameterException(spec.commandLine(), message, e);
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

  /** A language, where the flag was given. */
  static void checkLocale(String locale) {
    if (locale != null) {
      try {
        Locales.parse(locale);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "--locale is %s; it must be %s".formatted(locale, Locales.FORM), e);
      }
    }
  }
}
