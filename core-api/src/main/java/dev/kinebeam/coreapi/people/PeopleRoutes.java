package dev.kinebeam.coreapi.people;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Locales;
import dev.kinebeam.catalog.people.PersonRole;
import dev.kinebeam.catalog.people.Registry.PersonForm;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/admin/organizations/{id}/people}: who is who. No person is deleted here: who has left
 * is not active, and reaches no patient any more.
 */
public record PeopleRoutes(Database database) {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 700;
  private static final String ROLES = "patient, specialist or clinic_admin";
  private static final Set<String> FIELDS = Set.of("role", "display_name", "active", "locale");

  private static final String PAGE =
      """
      SELECT * FROM people
       WHERE (:role::text IS NULL OR role = :role)
         AND (:active::boolean IS NULL OR active = :active)
         AND (:cursor::uuid IS NULL OR person_id > :cursor)
       ORDER BY person_id LIMIT :limit
      """;

  private static final String ONE = "SELECT * FROM people WHERE person_id = :person";

  private record View(
      UUID personId, String role, String displayName, boolean active, @Nullable String locale) {
    static View of(ResultSet row) throws SQLException {
      return new View(
          row.getObject("person_id", UUID.class),
          row.getString("role"),
          row.getString("display_name"),
          row.getBoolean("active"),
          row.getString("locale"));
    }
  }

  private record Page(List<View> people, @Nullable UUID next) {}

  /** {@code GET …/people?role=&active=&limit=&cursor=}: by ids. */
  public Route.Handler list() {
    return new Listing();
  }

  private final class Listing implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("role", "active", "limit", "cursor");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      Optional<PersonRole> role =
          inputs.read("role", ROLES, word -> Words.read(PersonRole.class, word));
      Optional<Boolean> active = inputs.read("active", "true or false", Flags::parse);
      int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
      Optional<UUID> cursor = inputs.id("cursor");
      inputs.check();
      List<View> found =
          AdminScope.of(
              database,
              call,
              caller,
              scope ->
                  scope
                      .handle()
                      .createQuery(PAGE)
                      .bind("role", role.map(Words::write).orElse(null))
                      .bind("active", active.orElse(null))
                      .bind("cursor", cursor.orElse(null))
                      .bind("limit", limit + 1)
                      .map((row, context) -> View.of(row))
                      .list());
      boolean more = found.size() > limit;
      List<View> page = more ? found.subList(0, limit) : found;
      return Reply.json(200, new Page(page, more ? page.get(limit - 1).personId() : null));
    }
  }

  /** {@code PUT …/people/{person}}: enters or changes one; the role stays. */
  public Route.Handler put() {
    return (call, caller) -> {
      UUID person = call.pathId("person");
      BodyFields fields = BodyFields.of(call, FIELDS);
      fields.require("role", "display_name");
      Optional<PersonRole> role =
          fields.word("role", ROLES, word -> Words.read(PersonRole.class, word));
      Optional<String> name = fields.text("display_name", OrganizationRoutes.LONGEST_NAME);
      Optional<Boolean> active = fields.flag("active");
      Optional<String> locale = fields.word("locale", Locales.FORM, Locales::parse);
      fields.check("The person cannot be entered.");
      PersonForm form = new PersonForm(role.orElseThrow(), name.orElseThrow(), active, locale);
      return Reply.json(
          200,
          AdminScope.of(
              database,
              call,
              caller,
              scope -> {
                scope.registry().person(scope.id(), person, form);
                return scope
                    .handle()
                    .createQuery(ONE)
                    .bind("person", person)
                    .map((row, context) -> View.of(row))
                    .one();
              }));
    };
  }
}
