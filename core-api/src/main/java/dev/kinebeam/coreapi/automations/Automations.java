package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.TimeCursor;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An organisation's automations: what there is, and what people do about it. */
final class Automations {
  private static final String COLUMNS =
      """
      a.automation_id, a.rule, a.subject, e.slug, a.title, a.state, a.version, a.opened_at,
      a.updated_at, a.snoozed_until, a.resolved_at, a.resolved_by, a.cleared_at, a.evidence,
      a.clearing_evidence
      """;

  private static final String FROM =
      """
      FROM automations a
      LEFT JOIN exercises e ON a.rule = 'content_quality' AND e.media_id = a.subject
      """;

  private static final String PAGE =
      "SELECT "
          + COLUMNS
          + FROM
          + """
          WHERE (:state::text IS NULL OR a.state = :state)
            AND (:afterTime::timestamptz IS NULL
                 OR (a.opened_at, a.automation_id) < (:afterTime, :afterId))
          ORDER BY a.opened_at DESC, a.automation_id DESC
          LIMIT :limit
          """;

  private static final String ONE = "SELECT " + COLUMNS + FROM + "WHERE a.automation_id = :id";

  private final Database database;

  Automations(Database database) {
    this.database = database;
  }

  /** What a person does; each is one statement, so that two people at once do not lose anything. */
  enum Action {
    ACKNOWLEDGE(
        "automation.acknowledged",
        "state = 'acknowledged', snoozed_until = NULL",
        "state IN ('open', 'snoozed')"),
    SNOOZE(
        "automation.snoozed",
        "state = 'snoozed', snoozed_until = now() + make_interval(mins => :minutes)",
        "state <> 'resolved'"),
    RESOLVE(
        "automation.resolved",
        "state = 'resolved', snoozed_until = NULL, resolved_at = now(), resolved_by = :actor",
        "state <> 'resolved'");

    private final String audited;
    private final String sql;

    Action(String audited, String change, String from) {
      this.audited = audited;
      this.sql = "UPDATE automations SET " + change + " WHERE automation_id = :id AND " + from;
    }
  }

  /**
   * How an action ended.
   *
   * @param automation as it is now
   * @param applied false when it was not in a state that the action changes
   */
  record Outcome(Automation automation, boolean applied) {}

  /** The newest first. */
  List<Automation> page(
      UUID orgId, Optional<AutomationState> state, Optional<TimeCursor> after, int limit) {
    return database.inOrg(
        orgId,
        handle ->
            handle
                .createQuery(PAGE)
                .bind("state", state.map(AutomationState::word).orElse(null))
                .bind("afterTime", after.map(c -> c.at().atOffset(ZoneOffset.UTC)).orElse(null))
                .bind("afterId", after.map(TimeCursor::id).orElse(null))
                .bind("limit", limit)
                .map((row, context) -> automation(row))
                .list());
  }

  /**
   * Does it and writes it into the audit log; nothing when the organisation has no such automation.
   *
   * @param snooze how long, for {@link Action#SNOOZE}; whole minutes
   */
  Optional<Outcome> act(Principal caller, UUID id, Action action, Duration snooze) {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          int changed =
              handle
                  .createUpdate(action.sql)
                  .bind("id", id)
                  .bind("actor", caller.subject().toString())
                  .bind("minutes", Math.toIntExact(snooze.toMinutes()))
                  .execute();
          if (changed > 0) {
            AuditLog.note(handle, caller, action.audited, id.toString(), details(snooze));
          }
          return handle
              .createQuery(ONE)
              .bind("id", id)
              .map((row, context) -> automation(row))
              .findOne()
              .map(now -> new Outcome(now, changed > 0));
        });
  }

  private static Map<String, Long> details(Duration snooze) {
    return snooze.isZero() ? Map.of() : Map.of("minutes", snooze.toMinutes());
  }

  private static Automation automation(ResultSet row) throws SQLException {
    return new Automation(
        row.getObject("automation_id", UUID.class),
        new Automation.Subject(
            row.getString("rule"),
            row.getString("subject"),
            row.getString("slug"),
            row.getString("title")),
        AutomationState.of(row.getString("state")),
        row.getInt("version"),
        new Automation.Times(
            time(row, "opened_at"),
            time(row, "updated_at"),
            optionalTime(row, "snoozed_until").orElse(null)),
        new Automation.Resolution(
            optionalTime(row, "resolved_at").orElse(null),
            row.getString("resolved_by"),
            optionalTime(row, "cleared_at").orElse(null)),
        json(row, "evidence"),
        json(row, "clearing_evidence"));
  }

  private static String time(ResultSet row, String column) throws SQLException {
    return optionalTime(row, column)
        .orElseThrow(() -> new SQLException("the column " + column + " is null"));
  }

  private static Optional<String> optionalTime(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(time -> Rfc3339.text(time.toInstant()));
  }

  private static @Nullable JsonNode json(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    try {
      return text == null ? null : Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException("the column " + column + " holds no JSON", e);
    }
  }
}
