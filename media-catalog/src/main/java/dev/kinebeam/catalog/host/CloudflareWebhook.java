package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Cloudflare Stream's: the video as its API answers it, signed in {@code Webhook-Signature:
 * time=T,sig1=H} over T, a full stop and the body. Only ready and failed videos are reported.
 */
public record CloudflareWebhook() implements HostWebhook {
  /** How old a message may be. */
  public static final Duration OLDEST = Duration.ofMinutes(5);

  /** How far the host's clock may be ahead of ours. */
  public static final Duration AHEAD = Duration.ofMinutes(1);

  private static final String SIGNATURE = "Webhook-Signature";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
  private static final int LONGEST_HEADER = 1_000;

  @Override
  public boolean isAuthentic(Headers headers, byte[] body, List<String> secrets, Instant now) {
    Map<String, String> parts = parts(headers.get(SIGNATURE).orElse(""));
    String time = parts.getOrDefault("time", "");
    List<String> expected = secrets.stream().map(secret -> signature(secret, time, body)).toList();
    return SECONDS.matcher(time).matches()
        && HostWebhook.isOneOf(expected, parts.getOrDefault("sig1", ""))
        && isRecent(Instant.ofEpochSecond(Long.parseLong(time)), now);
  }

  /** What {@code sig1} holds for this body at this time: lower-case hex. */
  public static String signature(String secret, String time, byte[] body) {
    return HmacSha256.hex(secret, (time + ".").getBytes(UTF_8), body);
  }

  private static boolean isRecent(Instant sent, Instant now) {
    return !sent.isBefore(now.minus(OLDEST)) && !sent.isAfter(now.plus(AHEAD));
  }

  /** The first value of each name: a second one must not change what was checked. */
  private static Map<String, String> parts(String header) {
    Map<String, String> parts = new HashMap<>();
    if (header.length() <= LONGEST_HEADER) {
      for (String part : header.split(",", -1)) {
        String[] pair = part.strip().split("=", 2);
        if (pair.length == 2) {
          parts.putIfAbsent(pair[0], pair[1]);
        }
      }
    }
    return parts;
  }

  @Override
  public Optional<Event> event(byte[] body) {
    return HostWebhook.object(body)
        .flatMap(video -> HostWebhook.hostedId(video, "uid"))
        .map(id -> new Event(id, true));
  }
}
