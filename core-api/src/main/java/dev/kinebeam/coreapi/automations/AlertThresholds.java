package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.web.auth.Principal;
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
 * organisation. Setting them replaces all: a rule that is not named has its defaults again. The
 * telemetry job takes a change up within seconds. Each change is recorded in the audit log with the
 * values before it.
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

  private record Body(List<AlertThreshold> thresholds) {}

  private record Change(List<AlertThreshold> before, List<AlertThreshold> after) {}

  /** {@code GET}. */
  public Route.Handler get() {
    return (call, caller) ->
        Reply.json(200, new Body(database.inOrg(caller.orgId(), AlertThresholds::read)));
  }

  /** {@code PUT}. */
  public Route.Handler put() {
    return (call, caller) -> {
      Map<AlertRule, AlertThreshold> wanted = ThresholdsForm.read(JsonBody.read(call));
      return Reply.json(
          200, new Body(database.inOrg(caller.orgId(), handle -> set(handle, caller, wanted))));
    };
  }

  private static List<AlertThreshold> set(
      Handle handle, Principal caller, Map<AlertRule, AlertThreshold> wanted) {
    UUID orgId = caller.orgId();
    List<AlertThreshold> before = read(handle);
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

  private static List<AlertThreshold> read(Handle handle) {
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
