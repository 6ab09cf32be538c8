package dev.kinebeam.catalog.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.kinebeam.schemas.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * What the database has of a provider in one environment.
 *
 * @param settings by their names
 * @param updatedBy who changed it last
 */
record ProviderRow(
    Provider provider,
    Map<String, String> settings,
    Map<ProviderSecret, ProviderKeys.Sealed> secrets,
    Instant updatedAt,
    String updatedBy) {
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
  private static final TypeReference<Map<String, ProviderKeys.Sealed>> SEALED =
      new TypeReference<>() {};

  /**
   * The rows of an environment; those of providers that this version does not know are left out.
   */
  static List<ProviderRow> all(Handle handle, String environment) {
    return handle
        .createQuery(
            """
            SELECT provider, settings, secrets, updated_at, updated_by
              FROM platform_service_providers WHERE environment = :environment
             ORDER BY provider LIMIT 100
            """)
        .bind("environment", environment)
        .map((row, context) -> read(row))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<ProviderRow> read(ResultSet row) throws SQLException {
    Optional<Provider> known = Provider.of(row.getString("provider"));
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Map<ProviderSecret, ProviderKeys.Sealed> secrets = new EnumMap<>(ProviderSecret.class);
    json(row.getString("secrets"), SEALED)
        .forEach(
            (word, value) ->
                ProviderSecret.of(known.get(), word)
                    .ifPresent(secret -> secrets.put(secret, value)));
    return Optional.of(
        new ProviderRow(
            known.get(),
            json(row.getString("settings"), TEXTS),
            secrets,
            row.getObject("updated_at", OffsetDateTime.class).toInstant(),
            row.getString("updated_by")));
  }

  /** Enters a row, or replaces what it had; serialise callers by {@link #lock}. */
  static void put(
      Handle handle,
      Provider provider,
      String environment,
      Map<String, String> settings,
      Map<ProviderSecret, ProviderKeys.Sealed> secrets) {
    Map<String, ProviderKeys.Sealed> named = new TreeMap<>();
    secrets.forEach((secret, value) -> named.put(secret.word(), value));
    handle
        .createUpdate(
            """
            INSERT INTO platform_service_providers AS p (provider, environment, settings, secrets)
            VALUES (:provider, :environment, :settings::jsonb, :secrets::jsonb)
            ON CONFLICT (provider, environment) DO UPDATE
               SET settings = excluded.settings, secrets = excluded.secrets,
                   updated_at = now(), updated_by = audit_actor()
            """)
        .bind("provider", provider.word())
        .bind("environment", environment)
        .bind("settings", new String(Json.bytes(settings), UTF_8))
        .bind("secrets", new String(Json.bytes(named), UTF_8))
        .execute();
  }

  /** Has other changes wait until this transaction ends: each is made of what is there. */
  static void lock(Handle handle) {
    handle
        .createQuery("SELECT pg_advisory_xact_lock(hashtext('platform_service_providers'))::text")
        .mapTo(String.class)
        .one();
  }

  private static <T> T json(String text, TypeReference<T> type) {
    try {
      return Json.MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a row of platform_service_providers has another form: " + Json.reason(e));
    }
  }
}
