package dev.kinebeam.catalog.credentials;

import dev.kinebeam.schemas.Words;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The services whose credentials are kept. */
public enum Provider {
  BUNNY_STREAM("bunny", "library_id"),
  CLOUDFLARE_STREAM("cloudflare", "account_id");

  private final String host;
  private final String account;

  Provider(String host, String account) {
    this.host = host;
    this.account = account;
  }

  /** What rows of videos call the host. */
  public String host() {
    return host;
  }

  /** As tables, paths and answers spell it: {@code bunny_stream}. */
  public String word() {
    return Words.write(this);
  }

  /** The settings that it has: whose the credentials are, for the people who renew them. */
  public Set<String> settings() {
    return Set.of(account);
  }

  /** The secrets that it has. */
  public List<ProviderSecret> secrets() {
    return Arrays.stream(ProviderSecret.values())
        .filter(secret -> secret.provider() == this)
        .toList();
  }

  /** The provider of a word; empty when there is none. */
  public static Optional<Provider> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }
}
