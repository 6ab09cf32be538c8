package dev.kinebeam.catalog.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The messages by which a host reports that the state of a video has changed. They can be replayed
 * and come in any order, so that none is believed: it is a reason to ask the host.
 */
public sealed interface HostWebhook permits BunnyWebhook, CloudflareWebhook {
  /** The form of hosted ids: what else a message has is not a video's. */
  Pattern HOSTED_ID = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /** A request's header fields. */
  @FunctionalInterface
  interface Headers {
    /** The first field of this name, in any case. */
    Optional<String> get(String name);
  }

  /**
   * What a message is about.
   *
   * @param decides whether the video may have become playable, or failed, with it
   */
  record Event(String hostedId, boolean decides) {}

  /**
   * Whether the host sent this body, and, where its signatures have a time, lately.
   *
   * @param secrets any of which may have signed; none = false
   */
  boolean isAuthentic(Headers headers, byte[] body, List<String> secrets, Instant now);

  /** What a body is about; empty when it is not a message of this host. */
  Optional<Event> event(byte[] body);

  /** Compares with all, so that the time taken does not say which one fits. */
  static boolean isOneOf(List<String> expected, String given) {
    boolean found = false;
    for (String one : expected) {
      found |= HmacSha256.equal(one, given);
    }
    return found;
  }

  /** The body as a JSON object; empty when it is none. */
  static Optional<JsonNode> object(byte[] body) {
    try {
      return Optional.ofNullable(Json.MAPPER.readTree(body)).filter(JsonNode::isObject);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The hosted id in a field; empty when it has another form. */
  static Optional<String> hostedId(JsonNode object, String field) {
    return Optional.ofNullable(object.path(field).textValue())
        .filter(id -> HOSTED_ID.matcher(id).matches());
  }
}
