package dev.kinebeam.schemas.exercise;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the tracking configuration of an exercise, as {@code exercise-tracking.schema.json}
 * describes it, and that no metric's {@code max} is below its {@code min}. Pure.
 */
public final class TrackingCheck {
  private static final Pattern MODEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,59}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final Set<String> UNITS = Set.of("degrees", "seconds", "repetitions", "ratio");
  private static final int MOST_LANDMARKS = 100;
  private static final int MOST_METRICS = 20;
  private static final double FURTHEST = 10_000;
  private static final int LONGEST_CALIBRATION = 60;
  private static final int SHOWN = 60;

  private final List<FieldError> errors = new ArrayList<>();

  private TrackingCheck() {}

  /**
   * Everything that is wrong with a configuration.
   *
   * @param field where it is
   */
  public static List<FieldError> errors(JsonNode tracking, String field) {
    TrackingCheck check = new TrackingCheck();
    check.check(tracking, field);
    return List.copyOf(check.errors);
  }

  private void check(JsonNode tracking, String at) {
    if (!isObject(tracking, at, Set.of("model", "landmarks", "target_metrics", "calibration"))) {
      return;
    }
    text(tracking, at, "model", MODEL);
    landmarks(tracking.path("landmarks"), at + ".landmarks");
    JsonNode metrics = tracking.path("target_metrics");
    if (isList(metrics, at + ".target_metrics", MOST_METRICS)) {
      for (int i = 0; i < metrics.size(); i++) {
        metric(metrics.get(i), at + ".target_metrics[" + i + "]");
      }
    }
    if (tracking.has("calibration")) {
      calibration(tracking.path("calibration"), at + ".calibration");
    }
  }

  private void landmarks(JsonNode landmarks, String at) {
    if (!isList(landmarks, at, MOST_LANDMARKS)) {
      return;
    }
    Set<String> known = new HashSet<>();
    for (JsonNode landmark : landmarks) {
      if (!landmark.isTextual() || !NAME.matcher(landmark.asText()).matches()) {
        fail(at, "bad_format", at + " holds " + shown(landmark) + "; a landmark is as left_hip");
      } else if (!known.add(landmark.asText())) {
        fail(at, "repeated", at + " names " + landmark.asText() + " twice");
      }
    }
  }

  private void metric(JsonNode metric, String at) {
    if (!isObject(metric, at, Set.of("name", "unit", "min", "max"))) {
      return;
    }
    text(metric, at, "name", NAME);
    if (!metric.path("unit").isTextual() || !UNITS.contains(metric.path("unit").asText())) {
      fail(
          at + ".unit",
          "out_of_range",
          "%s.unit is %s; it must be one of degrees, seconds, repetitions, ratio"
              .formatted(at, shown(metric.path("unit"))));
    }
    boolean min = number(metric, at, "min", -FURTHEST, FURTHEST);
    boolean max = number(metric, at, "max", -FURTHEST, FURTHEST);
    if (min && max && metric.path("max").asDouble() < metric.path("min").asDouble()) {
      fail(at + ".max", "out_of_range", at + ".max is below " + at + ".min");
    }
  }

  private void calibration(JsonNode calibration, String at) {
    if (!isObject(calibration, at, Set.of("pose", "seconds", "min_visibility"))) {
      return;
    }
    text(calibration, at, "pose", NAME);
    if (number(calibration, at, "seconds", 0, LONGEST_CALIBRATION)
        && calibration.path("seconds").asDouble() == 0) {
      fail(at + ".seconds", "out_of_range", at + ".seconds is 0; it must be positive");
    }
    if (calibration.has("min_visibility")) {
      number(calibration, at, "min_visibility", 0, 1);
    }
  }

  private boolean isObject(JsonNode node, String at, Set<String> fields) {
    if (!node.isObject()) {
      fail(at, "wrong_type", at + " is " + shown(node) + "; it must be an object");
      return false;
    }
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!fields.contains(name)) {
                fail(
                    at + "." + name,
                    "unknown_field",
                    "%s has no field '%s'; it has %s".formatted(at, name, sorted(fields)));
              }
            });
    return true;
  }

  private boolean isList(JsonNode node, String at, int most) {
    if (!node.isArray() || node.isEmpty() || node.size() > most) {
      fail(at, "out_of_range", at + " must be a list of 1 to " + most + " entries");
      return false;
    }
    return true;
  }

  private void text(JsonNode parent, String at, String name, Pattern form) {
    JsonNode node = parent.path(name);
    if (!node.isTextual() || !form.matcher(node.asText()).matches()) {
      fail(
          at + "." + name,
          "bad_format",
          "%s.%s is %s; it must match %s".formatted(at, name, shown(node), form));
    }
  }

  private boolean number(JsonNode parent, String at, String name, double least, double most) {
    JsonNode node = parent.path(name);
    if (node.isNumber() && node.doubleValue() >= least && node.doubleValue() <= most) {
      return true;
    }
    fail(
        at + "." + name,
        "out_of_range",
        "%s.%s is %s; it must be a number from %s to %s"
            .formatted(at, name, shown(node), least, most));
    return false;
  }

  private static String sorted(Set<String> fields) {
    return String.join(", ", fields.stream().sorted().toList());
  }

  private static String shown(JsonNode node) {
    String text = node.isMissingNode() ? "missing" : node.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private void fail(String field, String code, String message) {
    errors.add(new FieldError(field, code, message));
  }
}
