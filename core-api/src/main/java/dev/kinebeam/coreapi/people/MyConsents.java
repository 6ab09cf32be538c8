package dev.kinebeam.coreapi.people;

import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Registry;
import dev.kinebeam.catalog.people.Registry.RefusedException;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET} and {@code PUT /v1/me/consents/{purpose}}: what the patient agrees to. Gateways take
 * a change up within 30 s; the history of answers is kept.
 */
public record MyConsents(Database database) {
  private static final int LONGEST_VERSION = 100;

  private static final String ONE =
      """
      SELECT active, text_version, changed_at FROM consents
       WHERE patient_id = :patient AND purpose = :purpose
      """;

  private static final int SHOWN_ANSWERS = 50;

  private static final String HISTORY =
      """
      SELECT active, text_version, at FROM consent_changes
       WHERE org_id = :org AND patient_id = :patient AND purpose = :purpose
       ORDER BY change_id DESC LIMIT :most
      """;

  /**
   * The present answer.
   *
   * @param active false also for a patient who was never asked
   * @param textVersion of the text that the patient was shown; null where it is not known
   * @param changedAt null for a patient who was never asked
   * @param history the newest answers, the present one first
   */
  private record View(
      String purpose,
      boolean active,
      @Nullable String textVersion,
      @Nullable String changedAt,
      List<Answer> history) {
    static View of(String purpose, ResultSet row, List<Answer> history) throws SQLException {
      return new View(
          purpose,
          row.getBoolean("active"),
          row.getString("text_version"),
          time(row, "changed_at"),
          history);
    }
  }

  /** One answer that was given. */
  private record Answer(boolean active, @Nullable String textVersion, String at) {
    static Answer of(ResultSet row) throws SQLException {
      return new Answer(row.getBoolean("active"), row.getString("text_version"), time(row, "at"));
    }
  }

  private static String time(ResultSet row, String column) throws SQLException {
    return Rfc3339.text(row.getObject(column, OffsetDateTime.class).toInstant());
  }

  /** {@code GET}. */
  public Route.Handler get() {
    return (call, caller) -> {
      String purpose = purpose(call);
      return Reply.json(
          200, database.inOrg(caller.orgId(), handle -> view(handle, caller, purpose)));
    };
  }

  /** {@code PUT} with {@code {"active", "text_version"}}. */
  public Route.Handler put() {
    return (call, caller) -> {
      String purpose = purpose(call);
      BodyFields fields = BodyFields.of(call, Set.of("active", "text_version"));
      fields.require("active", "text_version");
      boolean active = fields.flag("active").orElse(false);
      Optional<String> version = fields.text("text_version", LONGEST_VERSION);
      fields.check("The answer cannot be recorded.");
      try {
        return Reply.json(
            200,
            database.inOrg(
                caller.orgId(),
                handle -> {
                  new Registry(handle, caller.subject().toString())
                      .consent(caller.orgId(), caller.subject(), purpose, active, version);
                  return view(handle, caller, purpose);
                }));
      } catch (RefusedException e) {
        throw AdminScope.problem(e);
      }
    };
  }

  private static String purpose(Call call) throws Problem {
    String purpose = call.path("purpose");
    if (!Consents.isPurpose(purpose)) {
      throw Problem.of(404, "There is no such purpose; it is a lower-case word as analytics.");
    }
    return purpose;
  }

  private static View view(Handle handle, Principal caller, String purpose) {
    List<Answer> history =
        handle
            .createQuery(HISTORY)
            .bind("org", caller.orgId())
            .bind("patient", caller.subject())
            .bind("purpose", purpose)
            .bind("most", SHOWN_ANSWERS)
            .map((row, context) -> Answer.of(row))
            .list();
    return handle
        .createQuery(ONE)
        .bind("patient", caller.subject())
        .bind("purpose", purpose)
        .map((row, context) -> View.of(purpose, row, history))
        .findOne()
        .orElse(new View(purpose, false, null, null, history));
  }
}
