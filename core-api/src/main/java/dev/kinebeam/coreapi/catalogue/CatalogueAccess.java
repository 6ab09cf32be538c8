package dev.kinebeam.coreapi.catalogue;

import dev.kinebeam.catalog.curation.Curator;
import dev.kinebeam.catalog.curation.ExerciseStore;
import dev.kinebeam.catalog.curation.Refused;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.IfMatch;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * With which login a caller reads and changes the catalogue. What is for all is changed with the
 * administrators' login alone, which organisations' callers never reach.
 *
 * @param organisations the login that row-level security keeps to one organisation
 * @param admin the administrators' login; empty where none is configured
 */
public record CatalogueAccess(Database organisations, Optional<Database> admin) {
  /** The setting of the administrators' login. */
  public static final String ADMIN_USER = "ADMIN_DATABASE_USER";

  /** Its password. */
  public static final String ADMIN_PASSWORD = "ADMIN_DATABASE_PASSWORD";

  static Curator curator(Principal caller) {
    Optional<UUID> organisation =
        caller.role() == Role.SUPERADMIN ? Optional.empty() : caller.organisation();
    return new Curator(organisation, caller.subject().toString());
  }

  /** Where the caller reads: administrators all, others what is for all and their own. */
  Database reads(Principal caller) {
    return caller.role() == Role.SUPERADMIN ? admin.orElse(organisations) : organisations;
  }

  /**
   * Where the caller writes.
   *
   * @throws Problem 503 when the administrators' login is not configured
   */
  Database writes(Principal caller) throws Problem {
    if (caller.role() != Role.SUPERADMIN) {
      return organisations;
    }
    return admin.orElseThrow(
        () ->
            Problem.of(
                503,
                "What is for all cannot be changed here: the operator has to set "
                    + ADMIN_USER
                    + " to a login that is a member of kinebeam_admin."));
  }

  ExerciseStore reader(Principal caller) {
    return new ExerciseStore(reads(caller));
  }

  ExerciseStore writer(Principal caller) throws Problem {
    return new ExerciseStore(writes(caller));
  }

  /** The entity tag of a revision. */
  static String tag(int revision) {
    return '"' + Integer.toString(revision) + '"';
  }

  /**
   * The condition that a change has to name, so that it overwrites no other.
   *
   * @throws Problem 428 when the request has none
   */
  static IntPredicate required(Call call) throws Problem {
    if (!IfMatch.isSent(call)) {
      throw Problem.of(
          428,
          "Send If-Match with the ETag of what you have read, so that no other change is lost.");
    }
    return optional(call);
  }

  /** The condition that a step may name. */
  static IntPredicate optional(Call call) {
    return revision -> IfMatch.passes(call, tag(revision));
  }

  /** The answer to a change that is not made. */
  static Problem problem(Refused refused) {
    return switch (refused.kind()) {
      case INVALID -> Problem.invalid(400, "What was entered is wrong.", refused.errors());
      case FORBIDDEN -> Problem.invalid(403, "This may not be changed.", refused.errors());
      case CONFLICT, OVERTAKEN ->
          Problem.invalid(409, "This cannot be done now.", refused.errors());
      case STALE -> Problem.invalid(412, "It was changed meanwhile.", refused.errors());
    };
  }
}
