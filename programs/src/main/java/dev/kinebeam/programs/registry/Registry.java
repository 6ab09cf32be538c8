package dev.kinebeam.programs.registry;

import dev.kinebeam.program.database.DatabaseSession;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;

/**
 * Enters organizations, people and consents by the functions that {@code kinebeam_registry} may
 * call. Each method commits, is noted in the audit log when it changed something, and may be
 * repeated. Not thread-safe.
 */
final class Registry {
  private static final String ROLE = "role ";

  private final DatabaseSession session;
  private final String actor;

  /** What a call did. */
  enum Result {
    ADDED,
    CHANGED,
    UNCHANGED
  }

  /** Who a person is to an organization. */
  enum Role {
    PATIENT,
    SPECIALIST,
    CLINIC_ADMIN
  }

  /** What was asked for does not fit what is there; the message names the flag and its value. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * Works on this session, whose auto-commit is off.
   *
   * @param actor who the audit log says it was
   */
  Registry(DatabaseSession session, String actor) {
    this.session = session;
    this.actor = actor;
  }

  Result organization(UUID org, String name) throws SQLException {
    return result(call("SELECT enter_organization(?, ?, ?)", org, name, actor));
  }

  Result person(UUID org, UUID person, Role role, String name) throws SQLException, Refused {
    String word = word(role);
    String result = call("SELECT enter_person(?, ?, ?, ?, ?)", org, person, word, name, actor);
    if (result.equals("no_organization")) {
      throw new Refused(
          "--org is " + org + ", and there is no such organization; enter it with 'org add' first");
    }
    if (result.startsWith(ROLE)) {
      throw new Refused(
          "--role is %s, but %s is entered as %s; give the person another --id"
              .formatted(word, person, result.substring(ROLE.length())));
    }
    return result(result);
  }

  Result consent(UUID org, UUID patient, String purpose, boolean agrees)
      throws SQLException, Refused {
    String result = call("SELECT set_consent(?, ?, ?, ?, ?)", org, patient, purpose, agrees, actor);
    if (result.equals("no_patient")) {
      throw new Refused(
          "--patient is %s, and the organization %s has no such patient; enter them with 'person add --role patient' first"
              .formatted(patient, org));
    }
    return result(result);
  }

  private static Result result(String word) {
    return Result.valueOf(word.toUpperCase(Locale.ROOT));
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private String call(String sql, Object... values) throws SQLException {
    return session.commit(handle -> handle.select(sql, values).mapTo(String.class).one());
  }
}
