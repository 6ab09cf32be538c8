package dev.kinebeam.coreapi.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.OpenHandler;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * {@code /auth/demo}: signs in as a person of the database without asking for a proof. Answers 404
 * unless the Core API runs with {@code --development}, and the database refuses it a login that is
 * not a member of {@code kinebeam_development}.
 */
record DemoRoutes(Database database, SignIn signIn, boolean development) {
  /** Tests and demonstrations come from one address. */
  private static final int PER_MINUTE = 1200;

  /**
   * A person to sign in as.
   *
   * @param orgId null: a superadmin
   */
  private record Card(
      UUID personId,
      String role,
      String displayName,
      @JsonInclude @Nullable UUID orgId,
      @JsonInclude @Nullable String organization) {}

  private record Cards(List<Card> people) {}

  /** One of the two routes. */
  private interface Answer {
    Reply to(Call call) throws Problem, IOException;
  }

  private record Guarded(boolean development, Answer answer) implements OpenHandler {
    @Override
    public Reply handle(Call call) throws Problem, IOException {
      if (!development) {
        throw Problem.of(404, "Signing in without a proof is for --development alone.");
      }
      return answer.to(call);
    }

    /** Here reading, too, needs no proof: neither does it for a page that has rebound its name. */
    @Override
    public boolean needsOwnHost() {
      return true;
    }

    @Override
    public int perMinute() {
      return PER_MINUTE;
    }
  }

  /** {@code GET}: up to 5 people of each clinic and role, and the superadmin. */
  OpenHandler cards() {
    return new Guarded(development, call -> Reply.json(200, new Cards(people())));
  }

  private List<Card> people() {
    return database.inTransaction(handle -> isMember(handle) ? people(handle) : List.of());
  }

  /** Whether the database has this login sign people in without a proof. */
  private static boolean isMember(Handle handle) {
    return handle
        .createQuery("SELECT has_function_privilege('person_to_sign_in_as(uuid)', 'EXECUTE')")
        .mapTo(Boolean.class)
        .one();
  }

  private static List<Card> people(Handle handle) {
    return handle
        .createQuery("SELECT * FROM people_to_sign_in_as()")
        .map(
            (row, context) ->
                new Card(
                    row.getObject("person_id", UUID.class),
                    row.getString("role"),
                    row.getString("display_name"),
                    row.getObject("org_id", UUID.class),
                    row.getString("organization")))
        .list();
  }

  /** {@code POST {"person_id": …}}. */
  OpenHandler begin() {
    return new Guarded(
        development,
        call -> {
          BodyFields fields = BodyFields.of(call, Set.of("person_id"));
          fields.require("person_id");
          Optional<UUID> id = fields.word("person_id", "a UUID", StrictUuid::parse);
          fields.check("The person cannot be signed in.");
          Principal person =
              person(id.orElseThrow())
                  .orElseThrow(() -> Problem.of(404, "There is no active person with this id."));
          Map<String, String> next = Map.of("next", ReturnAddress.home(person.role()));
          return signIn
              .begin(call, person, Optional.empty(), Reply.json(200, next))
              .orElseThrow(() -> Problem.of(404, "There is no active person with this id."));
        });
  }

  private Optional<Principal> person(UUID id) {
    return database.inTransaction(
        handle -> isMember(handle) ? person(handle, id) : Optional.empty());
  }

  private static Optional<Principal> person(Handle handle, UUID id) {
    return handle
        .createQuery("SELECT * FROM person_to_sign_in_as(:person)")
        .bind("person", id)
        .map(
            (row, context) ->
                new Principal(
                    Role.fromClaim(row.getString("role")).orElseThrow(),
                    Optional.ofNullable(row.getObject("org_id", UUID.class)),
                    id))
        .findOne();
  }
}
