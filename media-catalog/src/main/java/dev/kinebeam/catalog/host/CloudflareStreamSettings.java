package dev.kinebeam.catalog.host;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An account of Cloudflare Stream and how to reach it.
 *
 * @param baseUrl of the API, without a slash at the end
 * @param account its id
 * @param apiToken with the permission Stream:Edit, asked for at each call, since it may be
 *     replaced; empty for programs that only sign addresses
 * @param playback where players fetch videos, without a slash at the end
 * @param signingKey signs playback addresses; empty = addresses are public
 */
public record CloudflareStreamSettings(
    URI baseUrl,
    String account,
    Supplier<Optional<String>> apiToken,
    URI playback,
    Optional<SigningKey> signingKey) {
  static final String CUSTOMER_CODE = "CLOUDFLARE_STREAM_CUSTOMER_CODE";
  private static final String TOKEN = "CLOUDFLARE_STREAM_TOKEN";
  private static final String KEY_ID = "CLOUDFLARE_STREAM_SIGNING_KEY_ID";
  private static final String KEY = "CLOUDFLARE_STREAM_SIGNING_KEY";
  private static final String DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";
  private static final String REMEDY = "the account's page Stream at Cloudflare shows it";

  /**
   * One of the account's signing keys.
   *
   * @param id the key's {@code id} in the answer to {@code POST …/stream/keys}
   * @param privateKey its {@code jwk} or {@code pem}
   */
  public record SigningKey(String id, String privateKey) {
    /** Without the key. */
    @Override
    public String toString() {
      return "signing key " + id;
    }
  }

  /**
   * From {@code CLOUDFLARE_STREAM_ACCOUNT}, {@code CLOUDFLARE_STREAM_TOKEN}, {@code
   * CLOUDFLARE_STREAM_CUSTOMER_CODE} (the code in {@code customer-CODE.cloudflarestream.com}, a
   * host, or an address with its scheme), {@code CLOUDFLARE_STREAM_SIGNING_KEY_ID} with {@code
   * CLOUDFLARE_STREAM_SIGNING_KEY}, and {@code CLOUDFLARE_STREAM_BASE_URL} (default: Cloudflare's
   * own).
   *
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static CloudflareStreamSettings fromEnvironment(Map<String, String> variables) {
    Environment env = Environment.of(variables);
    env.required(CUSTOMER_CODE, REMEDY);
    Optional<String> token = env.optional(TOKEN);
    return new CloudflareStreamSettings(
        address(env.orElse("CLOUDFLARE_STREAM_BASE_URL", DEFAULT_BASE_URL)),
        env.required("CLOUDFLARE_STREAM_ACCOUNT", REMEDY),
        () -> token,
        playback(env).orElseThrow(),
        signingKey(env));
  }

  /** These settings with a token that is asked for elsewhere. */
  CloudflareStreamSettings withApiToken(Supplier<Optional<String>> other) {
    return new CloudflareStreamSettings(baseUrl, account, other, playback, signingKey);
  }

  /** Where players fetch videos, by {@code CLOUDFLARE_STREAM_CUSTOMER_CODE}. */
  public static Optional<URI> playback(Environment env) {
    return env.optional(CUSTOMER_CODE).map(CloudflareStreamSettings::playback);
  }

  private static URI playback(String code) {
    if (code.contains("://")) {
      return address(code);
    }
    return URI.create(
        "https://" + (code.contains(".") ? code : "customer-" + code + ".cloudflarestream.com"));
  }

  private static Optional<SigningKey> signingKey(Environment env) {
    if (env.optional(KEY_ID).isEmpty() && env.optional(KEY).isEmpty()) {
      return Optional.empty();
    }
    String remedy = "POST …/stream/keys at Cloudflare returns a signing key: its id and its jwk";
    SigningKey key = new SigningKey(env.required(KEY_ID, remedy), env.required(KEY, remedy));
    try {
      CloudflareTokens.of(key);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(KEY + " is not a key: " + e.getMessage(), e);
    }
    return Optional.of(key);
  }

  String requiredApiToken() {
    return apiToken
        .get()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    TOKEN + " is not set; set it to a token of the account that may edit Stream"));
  }

  private static URI address(String text) {
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return "%s/accounts/%s/stream, played from %s%s"
        .formatted(
            Masked.address(baseUrl),
            account,
            Masked.address(playback),
            signingKey.map(key -> " by signed address (" + key + ")").orElse(""));
  }
}
