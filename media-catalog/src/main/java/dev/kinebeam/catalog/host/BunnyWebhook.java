package dev.kinebeam.catalog.host;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Bunny Stream's: {@code {"VideoLibraryId", "VideoGuid", "Status"}}, signed with the library's
 * read-only key over the body alone. There is no time in it.
 */
public record BunnyWebhook() implements HostWebhook {
  private static final String SIGNATURE = "X-BunnyStream-Signature";
  private static final String VERSION = "X-BunnyStream-Signature-Version";
  private static final String ALGORITHM = "X-BunnyStream-Signature-Algorithm";

  /**
   * Queued, processing, encoding, uploads by presigned address that begin or end, captions, titles:
   * the video is not playable by them. The numbers are not those of the API's statuses.
   */
  private static final Set<Integer> UNDECIDED = Set.of(0, 1, 2, 6, 7, 9, 10);

  @Override
  public boolean isAuthentic(Headers headers, byte[] body, List<String> secrets, Instant now) {
    Optional<String> signature = headers.get(SIGNATURE);
    List<String> expected =
        secrets.stream().map(secret -> BunnySignatures.webhook(secret, body)).toList();
    return signature.isPresent()
        && headers.get(VERSION).filter("v1"::equals).isPresent()
        && headers.get(ALGORITHM).filter("hmac-sha256"::equals).isPresent()
        && HostWebhook.isOneOf(expected, signature.get());
  }

  @Override
  public Optional<Event> event(byte[] body) {
    Optional<JsonNode> object = HostWebhook.object(body);
    return object
        .flatMap(message -> HostWebhook.hostedId(message, "VideoGuid"))
        .map(id -> new Event(id, decides(object.orElseThrow().path("Status"))));
  }

  private static boolean decides(JsonNode status) {
    return !status.isInt() || !UNDECIDED.contains(status.intValue());
  }
}
