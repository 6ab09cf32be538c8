package dev.kinebeam.coreapi.people;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/admin/organizations/{id}/care-links}: which specialist treats which patient. A link
 * that ends takes effect with the next statement that reads.
 */
public record CareLinkRoutes(Database database) {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 700;

  private static final String PAGE =
      """
      SELECT * FROM care_links
       WHERE (:patient::uuid IS NULL OR patient_id = :patient)
         AND (:specialist::uuid IS NULL OR specialist_id = :specialist)
         AND (:active::boolean IS NULL OR (ended_at IS NULL) = :active)
         AND (:afterPatient::uuid IS NULL
              OR (patient_id, specialist_id) > (:afterPatient, :afterSpecialist))
       ORDER BY patient_id, specialist_id LIMIT :limit
      """;

  private static final String ONE =
      "SELECT * FROM care_links WHERE patient_id = :patient AND specialist_id = :specialist";

  private record View(
      UUID patientId,
      UUID specialistId,
      boolean active,
      String startedAt,
      @Nullable String endedAt) {
    static View of(ResultSet row) throws SQLException {
      OffsetDateTime ended = row.getObject("ended_at", OffsetDateTime.class);
      return new View(
          row.getObject("patient_id", UUID.class),
          row.getObject("specialist_id", UUID.class),
          ended == null,
          Rfc3339.text(row.getObject("started_at", OffsetDateTime.class).toInstant()),
          ended == null ? null : Rfc3339.text(ended.toInstant()));
    }
  }

  private record Page(List<View> careLinks, @Nullable String next) {}

  /** Where a page ended; written as both ids with a dot between them. */
  private record Cursor(UUID patient, UUID specialist) {
    static Cursor decode(String word) {
      String[] ids = word.split("\\.", 2);
      if (ids.length != 2) {
        throw new IllegalArgumentException("not a cursor");
      }
      return new Cursor(StrictUuid.parse(ids[0]), StrictUuid.parse(ids[1]));
    }

    static String after(View last) {
      return last.patientId + "." + last.specialistId;
    }
  }

  /** {@code GET …/care-links?patient_id=&specialist_id=&active=&limit=&cursor=}: by ids. */
  public Route.Handler list() {
    return new Listing();
  }

  private final class Listing implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("patient_id", "specialist_id", "active", "limit", "cursor");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      Optional<UUID> patient = inputs.id("patient_id");
      Optional<UUID> specialist = inputs.id("specialist_id");
      Optional<Boolean> active = inputs.read("active", "true or false", Flags::parse);
      int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
      Optional<Cursor> cursor =
          inputs.read("cursor", "a cursor of an earlier page", Cursor::decode);
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
                      .bind("patient", patient.orElse(null))
                      .bind("specialist", specialist.orElse(null))
                      .bind("active", active.orElse(null))
                      .bind("afterPatient", cursor.map(Cursor::patient).orElse(null))
                      .bind("afterSpecialist", cursor.map(Cursor::specialist).orElse(null))
                      .bind("limit", limit + 1)
                      .map((row, context) -> View.of(row))
                      .list());
      boolean more = found.size() > limit;
      List<View> page = more ? found.subList(0, limit) : found;
      return Reply.json(200, new Page(page, more ? Cursor.after(page.get(limit - 1)) : null));
    }
  }

  /** {@code PUT …/care-links/{patient}/{specialist}} with an empty object: begins it. */
  public Route.Handler begin() {
    return (call, caller) -> {
      JsonBody.read(call);
      return set(call, caller, true);
    };
  }

  /** {@code DELETE …/care-links/{patient}/{specialist}}: ends it; the row stays. */
  public Route.Handler end() {
    return (call, caller) -> set(call, caller, false);
  }

  private Reply set(Call call, Principal caller, boolean linked) throws Problem {
    UUID patient = call.pathId("patient");
    UUID specialist = call.pathId("specialist");
    View now =
        AdminScope.of(
            database,
            call,
            caller,
            scope -> {
              scope.registry().careLink(scope.id(), patient, specialist, linked);
              return scope
                  .handle()
                  .createQuery(ONE)
                  .bind("patient", patient)
                  .bind("specialist", specialist)
                  .map((row, context) -> View.of(row))
                  .findOne()
                  .orElseThrow(
                      () -> Problem.of(404, "There has never been a link between these two."));
            });
    return Reply.json(200, now);
  }
}
