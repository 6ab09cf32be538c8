package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.AlertDefaults;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.alert.Counts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The sessions behind an automation: how many of the window were affected and of how many patients,
 * and what its rule's figure was hour by hour, from a day before the alert to a day after it. The
 * statements read at most two days of one organisation.
 */
final class EvidenceRows {
  static final Duration STEP = Duration.ofHours(1);

  /** No share is said of fewer sessions, whatever a rule's own least number is. */
  static final int FEWEST = 5;

  private static final Duration AROUND = Duration.ofHours(24);

  private static final String AFFECTED =
      """
      SELECT count(*) AS sessions, count(DISTINCT patient_id) AS patients
        FROM media_session_metrics
       WHERE started_at >= :from AND started_at < :to AND %s
      """;

  private static final String STRIP =
      """
      SELECT floor(extract(epoch FROM started_at - :from) / :step)::int AS place,
             count(*) AS n, count(*) FILTER (WHERE %s) AS affected,
             sum(stall_duration_ms)::bigint AS stall_ms,
             sum(round(least(watched_duration_seconds, 1e9) * 1000)::bigint)::bigint AS watched_ms
        FROM media_session_metrics
       WHERE started_at >= :from AND started_at < :to AND %s
       GROUP BY 1
      """;

  private EvidenceRows() {}

  /**
   * What is behind an automation.
   *
   * @param sessions affected ones in the window of the evidence
   * @param patients who had them
   * @param filter of {@code GET /v1/media/sessions}: it lists those sessions
   * @param strip the rule's figure by the hour
   */
  record Behind(
      long sessions,
      long patients,
      Map<String, String> filter,
      long stepSeconds,
      List<Point> strip) {}

  /**
   * One hour.
   *
   * @param n sessions that can be judged
   * @param value the share of affected ones, or for the network the rebuffer ratio; null for fewer
   *     than {@link #FEWEST} sessions
   */
  record Point(String from, long n, long affected, @Nullable Double value) {}

  /**
   * What a rule counts.
   *
   * @param judged the sessions that it looks at
   * @param affected those of them that speak for an alert
   * @param filter the parameter that lists the affected ones
   */
  private record Meaning(String judged, String affected, Map<String, String> filter) {}

  private static Meaning meaning(AlertRule rule, String subject, long ttfbLimitMs) {
    return switch (rule) {
      case CDN_ISSUE ->
          new Meaning(
              "ttfb_ms IS NOT NULL",
              "ttfb_ms > :limit",
              Map.of("ttfb_over_ms", Long.toString(ttfbLimitMs)));
      case CONTENT_QUALITY ->
          new Meaning(
              "media_id = :media",
              "error_count > 0",
              Map.of("media_id", subject, "only", "with_errors"));
      case NETWORK_DEGRADATION ->
          new Meaning(
              "stall_duration_ms + watched_duration_seconds > 0",
              "stall_count > 0",
              Map.of("only", "stalled"));
    };
  }

  /** Reads it; {@code now} bounds the strip. */
  static Behind read(Handle handle, Automation automation, Instant now) {
    JsonNode evidence =
        automation.evidence() == null ? Json.MAPPER.createObjectNode() : automation.evidence();
    AlertRule rule = AlertRule.of(automation.about().rule());
    Instant opened = Instant.parse(automation.times().openedAt());
    Instant to = time(evidence.path("window_to"), opened);
    Instant from = time(evidence.path("window_from"), to.minus(window(rule)));
    long limit = evidence.path("ttfb_limit_ms").asLong(AlertDefaults.TTFB_LIMIT_MS);
    Meaning meaning = meaning(rule, automation.about().subject(), limit);
    long[] affected =
        bound(
                handle.createQuery(AFFECTED.formatted(meaning.judged + " AND " + meaning.affected)),
                automation,
                rule,
                limit)
            .bind("from", from.atOffset(ZoneOffset.UTC))
            .bind("to", to.atOffset(ZoneOffset.UTC))
            .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
            .one();
    Map<String, String> filter = new LinkedHashMap<>();
    filter.put("from", Rfc3339.text(from));
    filter.put("to", Rfc3339.text(to));
    filter.putAll(meaning.filter);
    return new Behind(
        affected[0],
        affected[1],
        filter,
        STEP.toSeconds(),
        strip(handle, automation, rule, limit, meaning, to, now));
  }

  private static Duration window(AlertRule rule) {
    return rule == AlertRule.CONTENT_QUALITY ? AlertDefaults.EXERCISE : AlertDefaults.RECENT;
  }

  private static Instant time(JsonNode text, Instant otherwise) {
    return text.isTextual() ? Instant.parse(text.textValue()) : otherwise;
  }

  private static Query bound(Query query, Automation automation, AlertRule rule, long limit) {
    return switch (rule) {
      case CDN_ISSUE -> query.bind("limit", limit);
      case CONTENT_QUALITY -> query.bind("media", automation.about().subject());
      case NETWORK_DEGRADATION -> query;
    };
  }

  private static List<Point> strip(
      Handle handle,
      Automation automation,
      AlertRule rule,
      long limit,
      Meaning meaning,
      Instant windowTo,
      Instant now) {
    Instant from = windowTo.minus(AROUND);
    Instant to = windowTo.plus(AROUND).isAfter(now) ? now : windowTo.plus(AROUND);
    Map<Integer, Point> found = new HashMap<>();
    bound(
            handle.createQuery(STRIP.formatted(meaning.affected, meaning.judged)),
            automation,
            rule,
            limit)
        .bind("from", from.atOffset(ZoneOffset.UTC))
        .bind("to", to.atOffset(ZoneOffset.UTC))
        .bind("step", STEP.toSeconds())
        .map(
            (row, context) -> {
              int place = row.getInt("place");
              long n = row.getLong("n");
              long affected = row.getLong("affected");
              Counts counts =
                  new Counts(
                      n, 0, 0, 0, n, affected, row.getLong("stall_ms"), row.getLong("watched_ms"));
              double value =
                  rule == AlertRule.NETWORK_DEGRADATION
                      ? counts.rebufferRatio()
                      : (double) affected / n;
              boolean isKnown = n >= FEWEST && !Double.isNaN(value);
              return found.put(
                  place, new Point(at(from, place), n, affected, isKnown ? value : null));
            })
        .list();
    List<Point> all = new ArrayList<>();
    for (int place = 0; from.plus(STEP.multipliedBy(place)).isBefore(to); place++) {
      Point point = found.get(place);
      all.add(point == null ? new Point(at(from, place), 0, 0, null) : point);
    }
    return all;
  }

  private static String at(Instant from, int place) {
    return Rfc3339.text(from.plus(STEP.multipliedBy(place)));
  }
}
