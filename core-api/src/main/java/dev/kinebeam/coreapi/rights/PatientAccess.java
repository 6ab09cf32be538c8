package dev.kinebeam.coreapi.rights;

import dev.kinebeam.catalog.people.Feature;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Problem;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Which patients one caller reaches, as it is in the running transaction. Every route that reads
 * what belongs to a patient asks here; whom a caller does not reach is not there for the caller.
 *
 * @param reach which patients
 * @param caller the caller's id
 */
public record PatientAccess(Reach reach, UUID caller) {
  private static final String DEACTIVATED =
      "EXISTS (SELECT FROM people WHERE person_id = :caller AND NOT active)";

  private static final String FACTS =
      "SELECT "
          + DEACTIVATED
          + " AS deactivated, EXISTS (SELECT FROM organization_features"
          + " WHERE feature = :feature AND enabled) AS all_active";

  /** What the caller may reach now; the transaction speaks for the caller's organization. */
  public static PatientAccess of(Handle handle, Principal caller) {
    return of(handle, caller, Reach::of);
  }

  /** As {@link #of(Handle, Principal)}, for workouts: {@link Reach#toPrescribe}. */
  public static PatientAccess toPrescribe(Handle handle, Principal caller) {
    return of(handle, caller, Reach::toPrescribe);
  }

  private interface Decision {
    Reach of(Role role, boolean deactivated, boolean allActivePatients);
  }

  private static PatientAccess of(Handle handle, Principal caller, Decision decision) {
    Reach reach =
        handle
            .createQuery(FACTS)
            .bind("caller", caller.subject())
            .bind("feature", Feature.ALL_ACTIVE_PATIENTS.word())
            .map(
                (row, context) ->
                    decision.of(
                        caller.role(), row.getBoolean("deactivated"), row.getBoolean("all_active")))
            .one();
    return new PatientAccess(reach, caller.subject());
  }

  /**
   * Whether the transaction's organization has deactivated the caller: the token may still be good.
   */
  public static boolean isDeactivated(Handle handle, Principal caller) {
    return handle
        .createQuery("SELECT " + DEACTIVATED)
        .bind("caller", caller.subject())
        .mapTo(Boolean.class)
        .one();
  }

  /** A condition for a statement that {@link #bind} is called on. */
  public String condition(String column) {
    return reach.condition(column);
  }

  /** Binds what {@link #condition} names. */
  public <S extends SqlStatement<S>> S bind(S statement) {
    return reach.namesCaller() ? statement.bind("caller", caller) : statement;
  }

  /**
   * Passes when the caller reaches the patient.
   *
   * @throws Problem 404: whom the caller does not reach is not there
   */
  public void require(Handle handle, UUID patient) throws Problem {
    if (!reaches(handle, patient)) {
      throw Problem.of(404, "There is no patient with this id.");
    }
  }

  /** Whether the caller reaches the patient. */
  public boolean reaches(Handle handle, UUID patient) {
    return bind(handle.createQuery(
            "SELECT :patient IS NOT NULL AND " + condition(":patient::uuid")))
        .bind("patient", patient)
        .mapTo(Boolean.class)
        .one();
  }
}
