package dev.kinebeam.catalog.credentials;

import java.util.Arrays;
import java.util.Optional;

/** The secrets of providers. */
public enum ProviderSecret {
  /** Bunny Stream signs webhooks with it: the library's read-only API key. */
  BUNNY_READ_ONLY_KEY(Provider.BUNNY_STREAM, "read_only_key", "BUNNY_STREAM_READ_ONLY_KEY"),

  /** The one before it, which is still accepted. */
  BUNNY_READ_ONLY_KEY_PREVIOUS(
      Provider.BUNNY_STREAM, "read_only_key_previous", "BUNNY_STREAM_READ_ONLY_KEY_PREVIOUS"),

  /** Opens Cloudflare Stream's API. */
  CLOUDFLARE_API_TOKEN(Provider.CLOUDFLARE_STREAM, "api_token", "CLOUDFLARE_STREAM_TOKEN"),

  /** Cloudflare Stream signs webhooks with it: the answer to their registration. */
  CLOUDFLARE_WEBHOOK_SECRET(
      Provider.CLOUDFLARE_STREAM, "webhook_secret", "CLOUDFLARE_STREAM_WEBHOOK_SECRET"),

  /** The one before it, which is still accepted. */
  CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS(
      Provider.CLOUDFLARE_STREAM,
      "webhook_secret_previous",
      "CLOUDFLARE_STREAM_WEBHOOK_SECRET_PREVIOUS");

  private final Provider provider;
  private final String word;
  private final String variable;

  ProviderSecret(Provider provider, String word, String variable) {
    this.provider = provider;
    this.word = word;
    this.variable = variable;
  }

  public Provider provider() {
    return provider;
  }

  /** Its name within its provider. */
  public String word() {
    return word;
  }

  /** The environment's name of it, which counts where the database has none. */
  public String variable() {
    return variable;
  }

  /** Where the value that this one replaces stays accepted; empty where it ends at once. */
  Optional<ProviderSecret> previous() {
    return switch (this) {
      case BUNNY_READ_ONLY_KEY -> Optional.of(BUNNY_READ_ONLY_KEY_PREVIOUS);
      case CLOUDFLARE_WEBHOOK_SECRET -> Optional.of(CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS);
      case BUNNY_READ_ONLY_KEY_PREVIOUS, CLOUDFLARE_API_TOKEN, CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS ->
          Optional.empty();
    };
  }

  /** The secret of this name; empty when the provider has none such. */
  public static Optional<ProviderSecret> of(Provider provider, String word) {
    return Arrays.stream(values())
        .filter(one -> one.provider == provider && one.word.equals(word))
        .findFirst();
  }
}
