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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** An organisation's automations: what there is, and what people do about it. */
final class Automations {
  private static final String COLUMNS =
      """
      a.automation_id, a.rule, a.subject, e.slug, a.title, a.state, a.version, a.opened_at,
      a.updated_at, a.snoozed_until, a.resolved_at, a.resolved_by, a.cleared_at, a.evidence,
      a.clearing_evidence, a.acted_by, p.display_name, f.useful, f.not_useful, f.mine
      """;

  private static final String FROM =
      """
      FROM automations a
      LEFT JOIN exercises e ON a.rule = 'content_quality' AND e.media_id = a.subject
      LEFT JOIN people p ON p.org_id = a.org_id AND p.person_id = a.acted_by
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE g.useful) AS useful,
               count(*) FILTER (WHERE NOT g.useful) AS not_useful,
               bool_or(g.useful) FILTER (WHERE g.person_id = :caller) AS mine
          FROM automation_feedback g WHERE g.automation_id = a.automation_id) f
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

  /** Of an automation that the organisation does not have, nothing is inserted. */
  private static final String FEEDBACK =
      """
      INSERT INTO automation_feedback (automation_id, person_id, org_id, useful)
      SELECT a.automation_id, :caller, a.org_id, :useful
        FROM automations a WHERE a.automation_id = :id
      ON CONFLICT (automation_id, person_id) DO UPDATE
        SET useful = excluded.useful, given_at = now()
        WHERE automation_feedback.useful <> excluded.useful
      """;

  private final Database database;

  Automations(Database database) {
    this.database = database;
  }

  /** What a person does; each is one statement, so that two people at once do not lose anything. */
  enum Action {
    REOPEN(
        "automation.reopened",
        "state = 'open', snoozed_until = NULL, resolved_at = NULL, resolved_by = NULL",
        "state <> 'open' AND cleared_at IS NULL"),
    ACKNOWLEDGE(
        "automation.acknowledged",
        "state = 'acknowledged', snoozed_until = NULL",
        "state IN ('open', 'snoozed')"),
    SNOOZE(
        "automation.snoozed", "state = 'snoozed', snoozed_until = :until", "state <> 'resolved'"),
    RESOLVE(
        "automation.resolved",
        "state = 'resolved', snoozed_until = NULL, resolved_at = now(), resolved_by = :actor",
        "state <> 'resolved'");

    private final String audited;
    private final String sql;

    Action(String audited, String change, String from) {
      this.audited = audited;
      this.sql =
          "UPDATE automations SET acted_by = :actorId, "
              + change
              + " WHERE automation_id = :id AND version = coalesce(:version, version) AND "
              + from;
    }
  }

  /**
   * How an action ended.
   *
   * @param automation as it is now
   * @param applied false when it was not in a state that the action changes, or when it is another
   *     version than the one that the caller has seen
   */
  record Outcome(Automation automation, boolean applied) {}

  /** The newest first. */
  List<Automation> page(
      Principal caller, Optional<AutomationState> state, Optional<TimeCursor> after, int limit) {
    return database.inOrg(
        caller.orgId(),
        handle ->
            handle
                .createQuery(PAGE)
                .bind("caller", caller.subject())
                .bind("state", state.map(AutomationState::word).orElse(null))
                .bind("afterTime", after.map(c -> c.at().atOffset(ZoneOffset.UTC)).orElse(null))
                .bind("afterId", after.map(TimeCursor::id).orElse(null))
                .bind("limit", limit)
                .map((row, context) -> automation(row))
                .list());
  }

  /** One of the caller's organisation. */
  static Optional<Automation> find(Handle handle, Principal caller, UUID id) {
    return handle
        .createQuery(ONE)
        .bind("id", id)
        .bind("caller", caller.subject())
        .map((row, context) -> automation(row))
        .findOne();
  }

  /**
   * What a person asks for.
   *
   * @param until when it opens again, for {@link Action#SNOOZE}
   * @param seen the version that the person has seen; null = whichever it is
   */
  record Request(Action action, @Nullable Instant until, @Nullable Integer seen) {}

  /**
   * Does it and writes it into the audit log; nothing when the organisation has no such automation.
   */
  static Optional<Outcome> act(Handle handle, Principal caller, UUID id, Request request) {
    Update update =
        handle
            .createUpdate(request.action.sql)
            .bind("id", id)
            .bind("actor", caller.subject().toString())
            .bind("actorId", caller.subject())
            .bind("version", request.seen);
    if (request.until != null) {
      update.bind("until", request.until.atOffset(ZoneOffset.UTC));
    }
    boolean applied = update.execute() > 0;
    if (applied) {
      AuditLog.note(handle, caller, request.action.audited, id.toString(), details(request));
    }
    return find(handle, caller, id).map(now -> new Outcome(now, applied));
  }

  private static Map<String, String> details(Request request) {
    return request.until == null ? Map.of() : Map.of("until", Rfc3339.text(request.until));
  }

  /** Records what the caller found; a second answer replaces the first. */
  static Optional<Automation> answer(Handle handle, Principal caller, UUID id, boolean useful) {
    int changed =
        handle
            .createUpdate(FEEDBACK)
            .bind("id", id)
            .bind("caller", caller.subject())
            .bind("useful", useful)
            .execute();
    if (changed > 0) {
      AuditLog.note(handle, caller, "automation.feedback", id.toString(), Map.of("useful", useful));
    }
    return find(handle, caller, id);
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
        actor(row),
        new Automation.Feedback(
            row.getLong("useful"), row.getLong("not_useful"), row.getObject("mine", Boolean.class)),
        json(row, "evidence"),
        json(row, "clearing_evidence"));
  }

  private static Automation.@Nullable Actor actor(ResultSet row) throws SQLException {
    UUID person = row.getObject("acted_by", UUID.class);
    return person == null ? null : new Automation.Actor(person, row.getString("display_name"));
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
