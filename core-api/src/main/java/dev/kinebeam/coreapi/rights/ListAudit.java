package dev.kinebeam.coreapi.rights;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.TimeCursor;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/audit?subject=&actor=&from=&to=&org_id=&limit=&cursor=}: who did what in one
 * organization, the newest first. A clinic_admin reads the own one's, a superadmin names one. The
 * subject may also be a patient whose session was read.
 */
public record ListAudit(Database database, Clock clock) implements Route.Handler {
  private static final Duration DEFAULT = Duration.ofDays(30);
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;

  private static final String PAGE =
      """
      SELECT * FROM audit_log
       WHERE at >= :from AND at < :to
         AND (:subject::text IS NULL OR subject = :subject OR details->>'patient_id' = :subject)
         AND (:actor::text IS NULL OR actor = :actor)
         AND (:afterTime::timestamptz IS NULL OR (at, audit_id) < (:afterTime, :afterId))
       ORDER BY at DESC, audit_id DESC LIMIT :limit
      """;

  private record Entry(
      UUID auditId,
      String at,
      String actor,
      String action,
      String subject,
      @JsonRawValue String details) {}

  private record Found(Entry entry, TimeCursor place) {
    static Found of(ResultSet row) throws SQLException {
      UUID id = row.getObject("audit_id", UUID.class);
      Instant at = row.getObject("at", OffsetDateTime.class).toInstant();
      return new Found(
          new Entry(
              id,
              Rfc3339.text(at),
              row.getString("actor"),
              row.getString("action"),
              row.getString("subject"),
              row.getString("details")),
          new TimeCursor(at, id));
    }
  }

  private record Page(List<Entry> entries, @Nullable String next) {}

  @Override
  public Set<String> parameters() {
    return Set.of("subject", "actor", "from", "to", "org_id", "limit", "cursor");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Optional<String> subject = inputs.text("subject");
    Optional<String> actor = inputs.text("actor");
    Instant to = inputs.time("to").orElse(clock.instant().plusSeconds(1));
    Instant from = inputs.time("from").orElse(to.minus(DEFAULT));
    if (!from.isBefore(to)) {
      inputs.reject("from", "out_of_range", "from must be before to");
    }
    Optional<UUID> named = inputs.id("org_id");
    if (caller.role() == Role.SUPERADMIN && named.isEmpty()) {
      inputs.reject("org_id", "missing", "name the organization");
    }
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    Optional<TimeCursor> cursor = inputs.read("cursor", TimeCursor.FORM, TimeCursor::decode);
    inputs.check();
    UUID org = caller.role() == Role.SUPERADMIN ? named.orElseThrow() : caller.orgId();
    if (named.filter(other -> !other.equals(org)).isPresent()) {
      throw none();
    }
    List<Found> found =
        database.inOrg(
            org,
            handle -> {
              if (caller.role() == Role.CLINIC_ADMIN
                  && PatientAccess.isDeactivated(handle, caller)) {
                throw none();
              }
              Query page = handle.createQuery(PAGE);
              return page.bind("from", from.atOffset(ZoneOffset.UTC))
                  .bind("to", to.atOffset(ZoneOffset.UTC))
                  .bind("subject", subject.orElse(null))
                  .bind("actor", actor.orElse(null))
                  .bind("afterTime", cursor.map(c -> c.at().atOffset(ZoneOffset.UTC)).orElse(null))
                  .bind("afterId", cursor.map(TimeCursor::id).orElse(null))
                  .bind("limit", limit + 1)
                  .map((row, context) -> Found.of(row))
                  .list();
            });
    boolean more = found.size() > limit;
    List<Found> page = more ? found.subList(0, limit) : found;
    return Reply.json(
        200,
        new Page(
            page.stream().map(Found::entry).toList(),
            more ? page.get(limit - 1).place().encode() : null));
  }

  private static Problem none() {
    return Problem.of(404, "There is no organization with this id.");
  }
}
