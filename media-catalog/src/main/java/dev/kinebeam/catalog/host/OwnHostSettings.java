package dev.kinebeam.catalog.host;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Our own video host, and how to reach it.
 *
 * @param api without a slash at the end
 * @param playback where players fetch videos, without a slash at the end: the host or a proxy
 *     before it
 * @param apiKey opens the API; empty for programs that only sign addresses
 * @param tokenKey signs playback addresses
 */
public record OwnHostSettings(URI api, URI playback, Optional<String> apiKey, String tokenKey) {
  static final String URL = "VIDEO_HOST_URL";
  private static final String PLAYBACK = "VIDEO_HOST_PLAYBACK_URL";
  private static final String API_KEY = "VIDEO_HOST_API_KEY";
  private static final String TOKEN_KEY = "VIDEO_HOST_TOKEN_KEY";

  /**
   * From {@code VIDEO_HOST_URL}, {@code VIDEO_HOST_PLAYBACK_URL} (default: the same), {@code
   * VIDEO_HOST_API_KEY} and {@code VIDEO_HOST_TOKEN_KEY}; empty when there is no {@code
   * VIDEO_HOST_URL}.
   *
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static Optional<OwnHostSettings> fromEnvironment(Map<String, String> variables) {
    Environment env = Environment.of(variables);
    Optional<URI> api = env.optional(URL).map(OwnHostSettings::address);
    if (api.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new OwnHostSettings(
            api.get(),
            playback(env).orElse(api.get()),
            env.optional(API_KEY),
            env.required(TOKEN_KEY, "set it to the key that the video host was started with")));
  }

  /** Where players fetch videos, where a host is named. */
  public static Optional<URI> playback(Environment env) {
    return env.optional(PLAYBACK).or(() -> env.optional(URL)).map(OwnHostSettings::address);
  }

  String requiredApiKey() {
    return apiKey.orElseThrow(
        () ->
            new IllegalArgumentException(
                API_KEY + " is not set; set it to the key that the video host was started with"));
  }

  private static URI address(String text) {
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "%s, played from %s".formatted(Masked.address(api), Masked.address(playback));
  }
}
