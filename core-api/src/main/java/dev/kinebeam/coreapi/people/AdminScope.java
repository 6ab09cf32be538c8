package dev.kinebeam.coreapi.people;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.catalog.people.Registry.RefusedException;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The organization that a route of administration names by {@code {id}}. A superadmin names any, a
 * clinic_admin the own one: another's is not there.
 *
 * @param id the organization
 * @param handle of the transaction that speaks for it
 * @param registry enters what the caller asks for, in the caller's name
 */
record AdminScope(UUID id, Handle handle, Registry registry) {
  /** What a route does with an organization. */
  @FunctionalInterface
  interface Work<T> {
    T in(AdminScope scope) throws Problem;
  }

  /** Runs {@code work} in a transaction for an organization that is there. */
  static <T> T of(Database database, Call call, Principal caller, Work<T> work) throws Problem {
    return ofAny(
        database,
        call,
        caller,
        scope -> {
          if (Organization.find(scope.handle, scope.id).isEmpty()) {
            throw none();
          }
          return work.in(scope);
        });
  }

  /** As {@link #of}, and the organization need not be there yet. */
  static <T> T ofAny(Database database, Call call, Principal caller, Work<T> work) throws Problem {
    UUID id = call.pathId("id");
    boolean own = caller.role() == Role.CLINIC_ADMIN;
    if (own && !caller.orgId().equals(id)) {
      throw none();
    }
    return database.inOrg(
        id,
        handle -> {
          if (own && PatientAccess.isDeactivated(handle, caller)) {
            throw none();
          }
          try {
            return work.in(
                new AdminScope(id, handle, new Registry(handle, caller.subject().toString())));
          } catch (RefusedException e) {
            throw problem(e);
          }
        });
  }

  static Problem none() {
    return Problem.of(404, "There is no organization with this id.");
  }

  static Problem problem(RefusedException refused) {
    return switch (refused.reason()) {
      case NO_ORGANIZATION -> none();
      case NO_PATIENT -> Problem.of(404, "The organization has no patient with this id.");
      case NO_SPECIALIST -> Problem.of(404, "The organization has no specialist with this id.");
      case OTHER_ROLE ->
          field(
              409,
              "role",
              "conflict",
              "this person is entered as %s; give the person another id"
                  .formatted(refused.known()));
      case NO_TIME_ZONE ->
          field(
              400,
              "time_zone",
              "bad_value",
              "time_zone is %s, which the database does not know".formatted(refused.value()));
      case RETENTION_TOO_LONG ->
          field(
              400,
              "retention_months",
              "out_of_range",
              "retention_months is %s; the platform keeps sessions for %s months"
                  .formatted(refused.value(), refused.known()));
    };
  }

  private static Problem field(int status, String name, String code, String message) {
    return Problem.invalid(
        status, "This cannot be entered.", List.of(new FieldError(name, code, message)));
  }
}
