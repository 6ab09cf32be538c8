package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Problem;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Which workouts a caller sees, as it is in the running transaction: those of the patients whom the
 * caller reaches; patients see their own when these are visible.
 */
record WorkoutAccess(PatientAccess patients, boolean isPatient) {
  static WorkoutAccess of(Handle handle, Principal caller) {
    return new WorkoutAccess(
        PatientAccess.toPrescribe(handle, caller), caller.role() == Role.PATIENT);
  }

  /**
   * Whose workouts a caller asks for.
   *
   * @throws Problem 403 for a service whose token names no organization
   */
  static UUID organization(Principal caller) throws Problem {
    return caller
        .organisation()
        .orElseThrow(
            () ->
                Problem.of(
                    403, "Workouts are an organization's: use a token that names one (org_id)."));
  }

  /**
   * A condition on the row {@code w} of workouts, for a statement that {@link #bind} is called on.
   */
  String condition() {
    return patients.condition("w.patient_id")
        + (isPatient ? " AND w.status IN ('visible', 'completed')" : "");
  }

  /** Binds what {@link #condition} names. */
  <S extends SqlStatement<S>> S bind(S statement) {
    return patients.bind(statement);
  }
}
