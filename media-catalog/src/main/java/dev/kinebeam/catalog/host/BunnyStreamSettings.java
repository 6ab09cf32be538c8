package dev.kinebeam.catalog.host;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * A Bunny Stream library and how to reach it.
 *
 * @param baseUrl of the API, without a slash at the end
 * @param libraryId of the library
 * @param apiKey full access to the library
 * @param cdn where players fetch files, without a slash at the end
 * @param tokenKey signs playback addresses; empty = addresses are public
 */
public record BunnyStreamSettings(
    URI baseUrl, String libraryId, String apiKey, URI cdn, Optional<String> tokenKey) {
  private static final String CDN = "BUNNY_STREAM_CDN_HOSTNAME";
  private static final String REMEDY = "the page API of the library at the video host shows it";
  private static final String DEFAULT_BASE_URL = "https://video.bunnycdn.com";

  /**
   * From {@code BUNNY_STREAM_BASE_URL} (default: Bunny's own), {@code BUNNY_STREAM_LIBRARY_ID},
   * {@code BUNNY_STREAM_API_KEY}, {@code BUNNY_STREAM_CDN_HOSTNAME} (a host, or an address with its
   * scheme) and {@code BUNNY_STREAM_TOKEN_KEY}.
   *
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static BunnyStreamSettings fromEnvironment(Map<String, String> variables) {
    Environment env = Environment.of(variables);
    env.required(CDN, REMEDY);
    return new BunnyStreamSettings(
        address(env.orElse("BUNNY_STREAM_BASE_URL", DEFAULT_BASE_URL)),
        env.required("BUNNY_STREAM_LIBRARY_ID", REMEDY),
        env.required("BUNNY_STREAM_API_KEY", REMEDY),
        cdn(env).orElseThrow(),
        env.optional("BUNNY_STREAM_TOKEN_KEY"));
  }

  /** Where players fetch files, by {@code BUNNY_STREAM_CDN_HOSTNAME}; empty when it is not set. */
  public static Optional<URI> cdn(Environment env) {
    return env.optional(CDN).map(cdn -> address(cdn.contains("://") ? cdn : "https://" + cdn));
  }

  private static URI address(String text) {
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "%s/library/%s, played from %s%s"
        .formatted(
            Masked.address(baseUrl),
            libraryId,
            Masked.address(cdn),
            tokenKey.isPresent() ? " by signed address" : "");
  }
}
