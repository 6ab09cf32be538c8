package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.IfMatch;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * {@code GET} and {@code PUT /v1/clinic/alert-thresholds}: when the rules speak in the caller's
 * organisation, with an ETag. Setting them replaces all: a rule that is not named has its defaults
 * again; with {@code If-Match} nothing is set when they were changed meanwhile (412). The telemetry
 * job takes a change up within seconds. Each change is recorded in the audit log with the values
 * before it.
 */
public final class AlertThresholds {
  private static final String SET =
      """
      INSERT INTO alert_thresholds
        (org_id, rule, enabled, threshold, min_sessions, ttfb_limit_ms, min_ratio)
      VALUES (:org, :rule, :enabled, :threshold, :minSessions, :ttfb, :ratio)
      ON CONFLICT (org_id, rule) DO UPDATE
        SET enabled = excluded.enabled, threshold = excluded.threshold,
            min_sessions = excluded.min_sessions, ttfb_limit_ms = excluded.ttfb_limit_ms,
            min_ratio = excluded.min_ratio, updated_at = now()
      """;

  private final Database database;

  public AlertThresholds(Database database) {
    this.database = database;
  }

  private record Body(List<AlertThreshold> thresholds) {
    Reply reply() {
      return Reply.json(200, this).with("ETag", tag(thresholds));
    }
  }

  private record Change(List<AlertThreshold> before, List<AlertThreshold> after) {}

  /** {@code GET}. */
  public Route.Handler get() {
    return (call, caller) ->
        new Body(database.inOrg(caller.orgId(), AlertThresholds::read)).reply();
  }

  /** {@code PUT}. */
  public Route.Handler put() {
    return (call, caller) -> {
      Map<AlertRule, AlertThreshold> wanted = ThresholdsForm.read(JsonBody.read(call));
      return new Body(database.inOrg(caller.orgId(), handle -> set(handle, call, caller, wanted)))
          .reply();
    };
  }

  /** The entity tag of what is set: another one whenever a value is another. */
  private static String tag(List<AlertThreshold> thresholds) {
    return '"' + UUID.nameUUIDFromBytes(Json.bytes(thresholds)).toString() + '"';
  }

  private static List<AlertThreshold> set(
      Handle handle, Call call, Principal caller, Map<AlertRule, AlertThreshold> wanted)
      throws Problem {
    UUID orgId = caller.orgId();
    // Two people who save at once do so one after the other, so that the tag is that of what is
    // set.
    handle
        .createQuery(
            "SELECT pg_advisory_xact_lock(hashtext('alert_thresholds'), hashtext(:org))::text")
        .bind("org", orgId.toString())
        .mapTo(String.class)
        .one();
    List<AlertThreshold> before = read(handle);
    if (!IfMatch.passes(call, tag(before))) {
      throw Problem.of(
          412, "The thresholds were changed meanwhile. Read them again and repeat your change.");
    }
    for (AlertRule rule : AlertRule.values()) {
      AlertThreshold one = wanted.get(rule);
      if (one == null) {
        handle
            .createUpdate("DELETE FROM alert_thresholds WHERE org_id = :org AND rule = :rule")
            .bind("org", orgId)
            .bind("rule", rule.code())
            .execute();
        continue;
      }
      handle
          .createUpdate(SET)
          .bind("org", orgId)
          .bind("rule", one.rule())
          .bind("enabled", one.enabled())
          .bind("threshold", one.threshold())
          .bind("minSessions", one.minSessions())
          .bind("ttfb", one.ttfbLimitMs())
          .bind("ratio", one.minRatio())
          .execute();
    }
    List<AlertThreshold> after = read(handle);
    AuditLog.note(
        handle, caller, "thresholds.changed", orgId.toString(), new Change(before, after));
    return after;
  }

  static List<AlertThreshold> read(Handle handle) {
    Map<AlertRule, AlertThreshold> all = new EnumMap<>(AlertRule.class);
    for (AlertRule rule : AlertRule.values()) {
      all.put(rule, AlertThreshold.byDefault(rule));
    }
    handle
        .createQuery("SELECT * FROM alert_thresholds")
        .map((row, context) -> threshold(row))
        .forEach(set -> all.put(AlertRule.of(set.rule()), set));
    return new ArrayList<>(all.values());
  }

  private static AlertThreshold threshold(ResultSet row) throws SQLException {
    return new AlertThreshold(
        row.getString("rule"),
        row.getBoolean("enabled"),
        row.getDouble("threshold"),
        row.getInt("min_sessions"),
        row.getObject("ttfb_limit_ms", Long.class),
        row.getObject("min_ratio", Double.class),
        false);
  }
}
