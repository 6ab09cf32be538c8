package dev.kinebeam.catalog.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JSON object in an answer of the host, read field by field. A field that is missing, null or of
 * another type fails with {@link VideoHostException.Unavailable}: what answers so is not the host's
 * API in its usual state (a proxy's page, half a deployment), so asking again later may help. The
 * message names the call, the field and what was found. Fields that no caller asks for are ignored.
 */
final class HostAnswer {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Ids become parts of addresses. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]{1,64}");

  /** A year; what is longer is not a video's length. */
  private static final double MOST_SECONDS = 366 * 24 * 3600;

  private final String call;
  private final String path;
  private final JsonNode object;

  private HostAnswer(String call, String path, JsonNode object) {
    this.call = call;
    this.path = path;
    this.object = object;
  }

  /**
   * Reads a body.
   *
   * @param call method and path, for messages
   */
  static HostAnswer parse(String call, byte[] body) throws VideoHostException {
    JsonNode root;
    try {
      root = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw malformed(call, "is not JSON: " + shortened(new String(body, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new VideoHostException.Unavailable("the answer to " + call + " cannot be read", e);
    }
    return object(call, "", root);
  }

  private static HostAnswer object(String call, String path, JsonNode node)
      throws VideoHostException {
    if (!node.isObject()) {
      throw malformed(
          call,
          (path.isEmpty() ? "is " : "has " + path + " ") + found(node) + "; expected an object");
    }
    return new HostAnswer(call, path.isEmpty() ? "" : path + ".", node);
  }

  /** A text, which may be empty. */
  String text(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    if (!value.isTextual()) {
      throw wrong(field, "a text");
    }
    return value.textValue();
  }

  /** The id of a video or collection. */
  String id(String field) throws VideoHostException {
    String id = text(field);
    if (!ID.matcher(id).matches()) {
      throw wrong(field, "an id of letters, digits and hyphens");
    }
    return id;
  }

  /** A whole number that is not negative. */
  int number(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw wrong(field, "a whole number from 0 on");
    }
    return value.intValue();
  }

  /** An object in this one. */
  HostAnswer object(String field) throws VideoHostException {
    return object(call, path + field, object.path(field));
  }

  /** As {@link #object}; without fields where the host left the field out or has null in it. */
  HostAnswer objectIfAny(String field) throws VideoHostException {
    return isAbsent(field)
        ? new HostAnswer(call, path + field + ".", JsonNodeFactory.instance.objectNode())
        : object(field);
  }

  boolean flag(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    if (!value.isBoolean()) {
      throw wrong(field, "true or false");
    }
    return value.booleanValue();
  }

  /**
   * As {@link #seconds}; empty where the host has not measured it, and says so by −1 or nothing.
   */
  Optional<Duration> secondsIfKnown(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    return isAbsent(field) || (value.isNumber() && value.doubleValue() < 0)
        ? Optional.empty()
        : Optional.of(seconds(field));
  }

  /** As {@link #number}; 0 where the host has not measured it, and says so by −1 or nothing. */
  int numberIfKnown(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    return isAbsent(field) || (value.isNumber() && value.doubleValue() < 0) ? 0 : number(field);
  }

  /** Percent, given as a number or as text; 0 where there is none. */
  int percentIfAny(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    String text = isAbsent(field) ? "" : value.asText();
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return (int) Math.max(0, Math.min(100, Double.parseDouble(text)));
    } catch (NumberFormatException e) {
      throw wrong(field, "a percentage");
    }
  }

  private boolean isAbsent(String field) {
    return object.path(field).isMissingNode() || object.path(field).isNull();
  }

  /** A duration given in seconds, of which the milliseconds count. */
  Duration seconds(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > MOST_SECONDS) {
      throw wrong(field, "a number of seconds from 0 on");
    }
    return Duration.ofMillis(Math.round(value.doubleValue() * 1000));
  }

  /** The objects of a list. */
  List<HostAnswer> list(String field) throws VideoHostException {
    JsonNode value = object.path(field);
    if (!value.isArray()) {
      throw wrong(field, "a list");
    }
    List<HostAnswer> items = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      items.add(object(call, path + field + "[" + i + "]", value.get(i)));
    }
    return items;
  }

  /** As {@link #list}; empty where the host left the field out or has null in it. */
  List<HostAnswer> listIfAny(String field) throws VideoHostException {
    return isAbsent(field) ? List.of() : list(field);
  }

  /** As {@link #text}; empty where the host left the field out or has null in it. */
  String textIfAny(String field) throws VideoHostException {
    return isAbsent(field) ? "" : text(field);
  }

  /** The envelope of hosts: {@code success} must be true. */
  void requireSuccess() throws VideoHostException {
    if (!flag("success")) {
      JsonNode reason = object.has("errors") ? object.path("errors") : object.path("message");
      throw malformed(
          call,
          "has success false: " + shortened(reason.isTextual() ? reason.asText() : "" + reason));
    }
  }

  /** Says that a field has a value which it may not have in this answer. */
  VideoHostException.Unavailable wrong(String field, String expected) {
    return malformed(
        call, "has " + path + field + " " + found(object.path(field)) + "; expected " + expected);
  }

  private static VideoHostException.Unavailable malformed(String call, String what) {
    return new VideoHostException.Unavailable(
        "the video host's answer to " + call + " " + what, Optional.empty());
  }

  private static String found(JsonNode node) {
    return node.isMissingNode() ? "missing" : "= " + shortened(node.toString());
  }

  static String shortened(String text) {
    String stripped = text.strip();
    return stripped.length() > 200 ? stripped.substring(0, 200) + "…" : stripped;
  }
}
