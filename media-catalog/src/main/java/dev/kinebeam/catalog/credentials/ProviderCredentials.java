package dev.kinebeam.catalog.credentials;

import com.fasterxml.jackson.annotation.JsonValue;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kinebeam.catalog.credentials.ProviderKeys.Sealed;
import dev.kinebeam.catalog.db.AuditActor;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.schemas.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of providers: each secret is the database's, or the environment variable's where
 * the database has none. What the database has is remembered for five minutes at most, so that a
 * secret that was replaced is used everywhere by then, without a restart. Thread-safe.
 */
public final class ProviderCredentials {
  /** How long another program's change may go unnoticed. */
  public static final Duration REMEMBERED = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(ProviderCredentials.class);

  /** The one entry of the cache: all rows of the environment are read together. */
  private static final Boolean ROWS = Boolean.TRUE;

  private final Database database;
  private final CredentialSettings settings;
  private final LoadingCache<Boolean, Map<Provider, ProviderRow>> rows;

  /** Where a secret is. */
  public enum Source {
    DATABASE,
    ENVIRONMENT,
    NONE;

    /** As answers have it. */
    @JsonValue
    public String word() {
      return Words.write(this);
    }
  }

  /**
   * A secret without its value.
   *
   * @param keyId of the key that it is encrypted under, in the database
   * @param readable whether this program can use it
   */
  public record SecretState(
      ProviderSecret secret, Source source, Optional<String> keyId, boolean readable) {}

  /**
   * A provider without its secrets' values.
   *
   * @param updatedAt and by whom; empty where the database has nothing of it
   */
  public record ProviderState(
      Provider provider,
      Map<String, String> settings,
      List<SecretState> secrets,
      Optional<Instant> updatedAt,
      Optional<String> updatedBy) {}

  /**
   * What is to be changed of a provider. Everything else stays.
   *
   * @param settings in place of all that there are; empty = as they are
   * @param secrets new values; an empty one removes the secret
   */
  public record Change(
      Provider provider,
      Optional<Map<String, String>> settings,
      Map<ProviderSecret, Optional<String>> secrets) {
    /** Without the values. */
    @Override
    public String toString() {
      return "Change[provider=%s, secrets=%s]".formatted(provider, secrets.keySet());
    }
  }

  public ProviderCredentials(Database database, CredentialSettings settings) {
    this(database, settings, Ticker.systemTicker());
  }

  ProviderCredentials(Database database, CredentialSettings settings, Ticker ticker) {
    this.database = database;
    this.settings = settings;
    this.rows =
        Caffeine.newBuilder()
            .ticker(ticker)
            .expireAfterWrite(REMEMBERED)
            .build(all -> database.inTransaction(handle -> byProvider(stored(handle))));
  }

  private List<ProviderRow> stored(Handle handle) {
    return ProviderRow.all(handle, settings.environment());
  }

  private static Map<Provider, ProviderRow> byProvider(List<ProviderRow> rows) {
    return rows.stream().collect(Collectors.toMap(ProviderRow::provider, Function.identity()));
  }

  /** Whose rows count. */
  public String environment() {
    return settings.environment();
  }

  /** The ids of the keys that this program has, that of the one that encrypts first. */
  public List<String> keyIds() {
    return settings.keys().map(ProviderKeys::ids).orElse(List.of());
  }

  /**
   * A secret's value; empty where it is nowhere.
   *
   * @throws UnreadableSecretException when this program has not the key of it
   */
  public Optional<String> secret(ProviderSecret secret) {
    return value(Optional.ofNullable(rows.get(ROWS).get(secret.provider())), secret);
  }

  /** The values that are there of these secrets, in their order. */
  public List<String> secrets(ProviderSecret... secrets) {
    List<String> values = new ArrayList<>();
    for (ProviderSecret secret : secrets) {
      secret(secret).ifPresent(values::add);
    }
    return values;
  }

  private Optional<String> value(Optional<ProviderRow> row, ProviderSecret secret) {
    Optional<Sealed> sealed = row.map(ProviderRow::secrets).map(all -> all.get(secret));
    return sealed.isPresent()
        ? Optional.of(open(secret, sealed.get()))
        : Optional.ofNullable(settings.variables().get(secret));
  }

  private String open(ProviderSecret secret, Sealed sealed) {
    return settings
        .keys()
        .orElseThrow(
            () ->
                new UnreadableSecretException(
                    "%s is encrypted in the database, and %s is not set; set it to the key %s"
                        .formatted(
                            ProviderKeys.named(secret), ProviderKeys.VARIABLE, sealed.keyId()),
                    null))
        .open(secret, sealed);
  }

  /**
   * Passes when every secret of the database can be read.
   *
   * @param development whether one that cannot is only logged
   * @throws StartException when one cannot; the message names it and its key
   */
  public void requireReadable(boolean development) throws StartException {
    for (ProviderRow row : rows.get(ROWS).values()) {
      for (Map.Entry<ProviderSecret, Sealed> one : row.secrets().entrySet()) {
        try {
          open(one.getKey(), one.getValue());
        } catch (UnreadableSecretException e) {
          if (!development) {
            throw new StartException(String.valueOf(e.getMessage()), e);
          }
          LOG.warn("{}", e.getMessage());
        }
      }
    }
  }

  /** Every provider as the database and the environment have it now. */
  public List<ProviderState> states() {
    Map<Provider, ProviderRow> present =
        database.inTransaction(handle -> byProvider(stored(handle)));
    return List.of(Provider.values()).stream()
        .map(provider -> state(provider, Optional.ofNullable(present.get(provider))))
        .toList();
  }

  private ProviderState state(Provider provider, Optional<ProviderRow> row) {
    return new ProviderState(
        provider,
        row.map(ProviderRow::settings).orElse(Map.of()),
        provider.secrets().stream().map(secret -> state(secret, row)).toList(),
        row.map(ProviderRow::updatedAt),
        row.map(ProviderRow::updatedBy));
  }

  private SecretState state(ProviderSecret secret, Optional<ProviderRow> row) {
    Optional<Sealed> sealed = row.map(ProviderRow::secrets).map(all -> all.get(secret));
    if (sealed.isPresent()) {
      return new SecretState(
          secret, Source.DATABASE, sealed.map(Sealed::keyId), isReadable(secret, sealed.get()));
    }
    boolean inEnvironment = settings.variables().containsKey(secret);
    return new SecretState(
        secret, inEnvironment ? Source.ENVIRONMENT : Source.NONE, Optional.empty(), inEnvironment);
  }

  private boolean isReadable(ProviderSecret secret, Sealed sealed) {
    try {
      open(secret, sealed);
      return true;
    } catch (UnreadableSecretException e) {
      return false;
    }
  }

  /**
   * Changes a provider. A new secret of webhooks keeps the one before it accepted, unless the
   * change names that, too; secrets that stay are encrypted again under the first key where they
   * can be read.
   *
   * @param admin a login that may write
   * @param actor who the audit log says it was
   * @throws IllegalStateException when this program has no key
   */
  public void change(Database admin, String actor, Change change) {
    ProviderKeys keys =
        settings
            .keys()
            .orElseThrow(() -> new IllegalStateException(ProviderKeys.VARIABLE + " is not set"));
    admin.inTransaction(
        handle -> {
          AuditActor.set(handle, actor);
          ProviderRow.lock(handle);
          Optional<ProviderRow> row =
              Optional.ofNullable(byProvider(stored(handle)).get(change.provider));
          ProviderRow.put(
              handle,
              change.provider,
              settings.environment(),
              change
                  .settings
                  .or(() -> row.map(ProviderRow::settings))
                  .map(TreeMap::new)
                  .orElseGet(TreeMap::new),
              changed(keys, row, change));
          return null;
        });
    rows.invalidate(ROWS);
  }

  private Map<ProviderSecret, Sealed> changed(
      ProviderKeys keys, Optional<ProviderRow> row, Change change) {
    Map<ProviderSecret, Sealed> secrets = new EnumMap<>(ProviderSecret.class);
    row.ifPresent(
        there ->
            there
                .secrets()
                .forEach((secret, value) -> secrets.put(secret, renewed(keys, secret, value))));
    change.secrets.forEach(
        (secret, value) -> {
          keepPrevious(keys, row, change, secret)
              .ifPresent(kept -> secrets.put(secret.previous().orElseThrow(), kept));
          if (value.isPresent()) {
            secrets.put(secret, keys.seal(secret, value.get()));
          } else {
            secrets.remove(secret);
          }
        });
    return secrets;
  }

  private Sealed renewed(ProviderKeys keys, ProviderSecret secret, Sealed value) {
    return isReadable(secret, value) ? keys.seal(secret, open(secret, value)) : value;
  }

  /** What the change leaves accepted of the secret that it replaces. */
  private Optional<Sealed> keepPrevious(
      ProviderKeys keys, Optional<ProviderRow> row, Change change, ProviderSecret secret) {
    Optional<ProviderSecret> previous = secret.previous();
    Optional<String> next = change.secrets.getOrDefault(secret, Optional.empty());
    if (previous.isEmpty() || change.secrets.containsKey(previous.get()) || next.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> before;
    try {
      before = value(row, secret);
    } catch (UnreadableSecretException e) {
      // What cannot be read was not accepted before either.
      return Optional.empty();
    }
    return before
        .filter(value -> !value.equals(next.get()))
        .map(value -> keys.seal(previous.get(), value));
  }
}
