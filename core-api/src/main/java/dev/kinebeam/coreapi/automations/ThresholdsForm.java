package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.http.Problem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads {@code {"thresholds": [{"rule", "enabled", "threshold", "min_sessions", …}]}}; what a rule
 * does not say is its default. Everything that is wrong is reported, with field and value.
 */
final class ThresholdsForm {
  private static final int MAX_SESSIONS = 1_000_000;
  private static final int MAX_TIMES = 1_000;
  private static final long LONGEST_TTFB_MS = 600_000;

  private final List<FieldError> errors = new ArrayList<>();

  private ThresholdsForm() {}

  /**
   * The thresholds by rule.
   *
   * @throws Problem 400 with everything that is wrong
   */
  static Map<AlertRule, AlertThreshold> read(JsonNode body) throws Problem {
    ThresholdsForm form = new ThresholdsForm();
    Map<AlertRule, AlertThreshold> read = form.all(body);
    if (!form.errors.isEmpty()) {
      throw Problem.invalid(400, "The thresholds cannot be set.", form.errors);
    }
    return read;
  }

  private Map<AlertRule, AlertThreshold> all(JsonNode body) {
    Map<AlertRule, AlertThreshold> read = new EnumMap<>(AlertRule.class);
    onlyKnown("", body, Set.of("thresholds"));
    JsonNode entries = body.path("thresholds");
    if (!entries.isArray()) {
      wrong("thresholds", entries, "a list with at most one entry for each rule");
      return read;
    }
    for (int i = 0; i < entries.size() && i < 10; i++) {
      String at = "thresholds[" + i + "]";
      JsonNode entry = entries.get(i);
      Optional<AlertRule> rule = rule(entry.path("rule"));
      if (rule.isEmpty()) {
        wrong(at + ".rule", entry.path("rule"), "one of " + AlertRule.LIST);
      } else if (read.put(rule.get(), one(at, entry, rule.get())) != null) {
        wrong(at + ".rule", entry.path("rule"), "a rule that no other entry names");
      }
    }
    return read;
  }

  private static Optional<AlertRule> rule(JsonNode code) {
    return code.isTextual() ? AlertRule.find(code.textValue()) : Optional.empty();
  }

  private AlertThreshold one(String at, JsonNode entry, AlertRule rule) {
    AlertThreshold standard = AlertThreshold.byDefault(rule);
    boolean network = rule == AlertRule.NETWORK_DEGRADATION;
    boolean cdn = rule == AlertRule.CDN_ISSUE;
    Set<String> known =
        cdn
            ? Set.of("rule", "enabled", "threshold", "min_sessions", "ttfb_limit_ms", "is_default")
            : network
                ? Set.of("rule", "enabled", "threshold", "min_sessions", "min_ratio", "is_default")
                : Set.of("rule", "enabled", "threshold", "min_sessions", "is_default");
    onlyKnown(at + ".", entry, known);
    boolean enabled =
        value(at, entry, "enabled", "true or false", JsonNode::isBoolean)
            .map(JsonNode::booleanValue)
            .orElse(standard.enabled());
    double threshold =
        (network
                ? value(
                    at,
                    entry,
                    "threshold",
                    "a number over 1, up to " + MAX_TIMES,
                    v -> v.isNumber() && v.doubleValue() > 1 && v.doubleValue() <= MAX_TIMES)
                : value(
                    at,
                    entry,
                    "threshold",
                    "a number over 0 and under 1",
                    v -> v.isNumber() && v.doubleValue() > 0 && v.doubleValue() < 1))
            .map(JsonNode::doubleValue)
            .orElse(standard.threshold());
    int minSessions =
        value(at, entry, "min_sessions", whole(MAX_SESSIONS), v -> within(v, MAX_SESSIONS))
            .map(JsonNode::intValue)
            .orElse(standard.minSessions());
    Long ttfb =
        !cdn
            ? null
            : value(
                    at,
                    entry,
                    "ttfb_limit_ms",
                    whole(LONGEST_TTFB_MS),
                    v -> within(v, LONGEST_TTFB_MS))
                .map(JsonNode::longValue)
                .orElse(standard.ttfbLimitMs());
    Double ratio =
        !network
            ? null
            : value(
                    at,
                    entry,
                    "min_ratio",
                    "a number from 0 to 1",
                    v -> v.isNumber() && v.doubleValue() >= 0 && v.doubleValue() <= 1)
                .map(JsonNode::doubleValue)
                .orElse(standard.minRatio());
    return new AlertThreshold(rule.code(), enabled, threshold, minSessions, ttfb, ratio, false);
  }

  private static String whole(long most) {
    return "a whole number from 1 to " + most;
  }

  private static boolean within(JsonNode value, long most) {
    return value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() >= 1
        && value.longValue() <= most;
  }

  private Optional<JsonNode> value(
      String at, JsonNode entry, String name, String form, Predicate<JsonNode> fits) {
    JsonNode value = entry.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!fits.test(value)) {
      wrong(at + "." + name, value, form);
      return Optional.empty();
    }
    return Optional.of(value);
  }

  private void onlyKnown(String at, JsonNode object, Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                errors.add(
                    new FieldError(
                        at + name, "unknown_field", "there is no field " + at + name + " here"));
              }
            });
  }

  private void wrong(String field, JsonNode value, String form) {
    String code = value.isMissingNode() ? "missing" : "bad_value";
    errors.add(
        new FieldError(
            field, code, field + " is " + JsonBody.shown(value) + "; it must be " + form));
  }
}
