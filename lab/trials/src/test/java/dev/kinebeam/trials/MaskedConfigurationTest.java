package dev.kinebeam.trials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import dev.kinebeam.catalog.credentials.CredentialSettings;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.CloudflareStreamSettings;
import dev.kinebeam.catalog.host.OwnHostSettings;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.coreapi.CoreApiConfig;
import dev.kinebeam.gateway.GatewayConfig;
import dev.kinebeam.localstack.bunny.BunnySettings;
import dev.kinebeam.localstack.cloudflare.CloudflareSettings;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.pipelines.TelemetrySettings;
import dev.kinebeam.pipelines.backfill.ArchiveLocation;
import dev.kinebeam.pipelines.backfill.BackfillSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.videohost.HostConfig;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.worker.WorkerConfig;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No record that carries a secret prints it. The records are found, not listed: by the names of
 * their components, by addresses in which a password may stand, and by what they are made of.
 */
class MaskedConfigurationTest {
  private static final String SECRET = "keep-this-to-yourself-0123456789abcdef";
  private static final String SECRET_NAME =
      "(?i).*(password|passphrase|secret|apikey|apitoken|tokenkey|privatekey|readonlykey|accesskey|composertoken).*";
  private static final String ADDRESS_NAME = "(?i).*(url|uri|endpoint|cdn|webhook)";
  private static final String CONFIGURATION =
      ".*(Settings|Config|Access|Database|Endpoints|Tools|Options)";
  private static final String JDBC =
      "jdbc:postgresql://u:" + SECRET + "@db:5432/x?ssl=true&sslPassword=" + SECRET;
  private static final URI ADDRESS =
      URI.create("https://u:" + SECRET + "@host.example/path?token=" + SECRET);

  private static final Map<String, String> ENVIRONMENT =
      Map.ofEntries(
          Map.entry("DATABASE_URL", JDBC),
          Map.entry("DATABASE_PASSWORD", SECRET),
          Map.entry("S3_ASSETS_BUCKET", "assets"),
          Map.entry("S3_ARCHIVE_BUCKET", "archive"),
          Map.entry("S3_ACCESS_KEY_ID", SECRET),
          Map.entry("S3_SECRET_ACCESS_KEY", SECRET),
          Map.entry("VIDEO_HOST", "bunny"),
          Map.entry("BUNNY_STREAM_CDN_HOSTNAME", "https://cdn.example"),
          Map.entry("BUNNY_STREAM_LIBRARY_ID", "7"),
          Map.entry("BUNNY_STREAM_API_KEY", SECRET),
          Map.entry("BUNNY_STREAM_TOKEN_KEY", SECRET));

  private int number = 4_000;

  static Stream<Class<?>> configurations() {
    return OurClasses.withoutTests().stream()
        .filter(JavaClass::isRecord)
        .<Class<?>>map(JavaClass::reflect)
        .filter(MaskedConfigurationTest::carriesSecrets);
  }

  private static boolean carriesSecrets(Class<?> record) {
    return record.isRecord()
        && Arrays.stream(record.getRecordComponents())
            .anyMatch(
                part ->
                    record.equals(Secret.class)
                        || (holdsText(part) && part.getName().matches(SECRET_NAME))
                        || (record.getSimpleName().matches(CONFIGURATION) && isAddress(part))
                        || part.getName().equals("environment")
                        || types(part.getGenericType())
                            .anyMatch(
                                type ->
                                    type.equals(ArchiveLocation.class)
                                        || (!type.equals(record) && carriesSecrets(type))));
  }

  private static boolean holdsText(RecordComponent part) {
    return types(part.getGenericType()).anyMatch(String.class::equals);
  }

  private static boolean isAddress(RecordComponent part) {
    return types(part.getGenericType()).anyMatch(URI.class::equals)
        || (holdsText(part) && part.getName().matches(ADDRESS_NAME));
  }

  /** The type and what it is a container of. */
  private static Stream<Class<?>> types(Type type) {
    if (type instanceof ParameterizedType container) {
      return Arrays.stream(container.getActualTypeArguments())
          .flatMap(MaskedConfigurationTest::types);
    }
    return type instanceof Class<?> plain ? Stream.of(plain) : Stream.empty();
  }

  @Test
  void theUsualOnesAreFound() {
    assertThat(configurations())
        .contains(
            DatabaseSettings.class,
            ObjectStoreSettings.class,
            ObjectStoreSettings.Credentials.class,
            BunnyStreamSettings.class,
            CloudflareStreamSettings.class,
            CloudflareStreamSettings.SigningKey.class,
            CloudflareSettings.class,
            ConfiguredTools.class,
            TelemetrySettings.class,
            BackfillSettings.class,
            AuthConfig.class,
            GatewayConfig.class,
            CoreApiConfig.class,
            WorkerConfig.class,
            Secret.class,
            Endpoints.class,
            Endpoints.Login.class,
            Endpoints.ObjectStoreAccess.class,
            Endpoints.VideoHostAccess.class,
            BunnySettings.class,
            Endpoints.OwnHostAccess.class,
            OwnHostSettings.class,
            HostConfig.class);
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void noSecretIsPrinted(Class<?> record) throws ReflectiveOperationException {
    Object filled = make(record, record.getSimpleName());
    assertThat(filled.toString()).doesNotContain(SECRET).doesNotContain(SECRET.substring(0, 9));
  }

  private Object make(Type type, String name) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType container) {
      return makeContainer((Class<?>) container.getRawType(), container, name);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == String.class) {
      return name.matches(SECRET_NAME) || name.equals("value")
          ? SECRET
          : name.matches(ADDRESS_NAME) ? JDBC : "plain";
    } else if (plain == URI.class) {
      return ADDRESS;
    } else if (plain == int.class) {
      return number++;
    } else if (plain == OptionalInt.class) {
      return OptionalInt.of(number++);
    } else if (plain == long.class) {
      return (long) number++;
    } else if (plain == double.class) {
      return 1.5;
    } else if (plain == boolean.class) {
      return true;
    } else if (plain == Duration.class) {
      return Duration.ofSeconds(10);
    } else if (plain == Instant.class) {
      return Instant.ofEpochSecond(number++);
    } else if (plain == UUID.class) {
      return new UUID(1, 2);
    } else if (plain == Path.class) {
      return Path.of("folder");
    } else if (plain == Clock.class) {
      return Clock.systemUTC();
    } else if (plain == LocalTime.class) {
      return LocalTime.MIDNIGHT;
    } else if (plain == WebhookSecrets.class) {
      return new WebhookSecrets(SECRET.repeat(4));
    } else if (plain == CredentialSettings.class) {
      return CredentialSettings.fromEnvironment(
          Map.of(
              "KINEBEAM_PROVIDERS_KEY",
              Base64.getEncoder().encodeToString(SECRET.substring(0, 32).getBytes(UTF_8)),
              "CLOUDFLARE_STREAM_TOKEN",
              SECRET));
    } else if (plain == Profile.class) {
      return Profile.FULL_HD;
    } else if (plain == AuthConfig.class) {
      Optional<Secret> secret = Optional.of(new Secret(SECRET));
      return new AuthConfig(Optional.empty(), secret, Optional.empty(), Optional.empty());
    } else if (plain == ArchiveLocation.class) {
      return ArchiveLocation.bucket(ENVIRONMENT);
    } else if (AutoCloseable.class.isAssignableFrom(plain)) {
      return null; // what is open is not printed
    } else if (plain.isEnum()) {
      return plain.getEnumConstants()[0];
    }
    return makeRecord(plain, name);
  }

  private Object makeContainer(Class<?> raw, ParameterizedType container, String name)
      throws ReflectiveOperationException {
    Type[] of = container.getActualTypeArguments();
    if (raw == Optional.class) {
      return Optional.of(make(of[0], name));
    } else if (raw == List.class) {
      return List.of(make(of[0], name));
    } else if (raw == Set.class) {
      return Set.of();
    } else if (raw == Supplier.class) {
      Object made = make(of[0], name);
      return (Supplier<Object>) () -> made;
    } else if (raw == Consumer.class) {
      return (Consumer<Object>) ignored -> {};
    } else if (Map.class.isAssignableFrom(raw) && of[1] == String.class) {
      return new TreeMap<>(ENVIRONMENT);
    } else if (raw == Map.class) {
      return Map.of(make(of[0], name), make(of[1], name));
    }
    throw new AssertionError("say in this test how a " + container + " is made");
  }

  private Object makeRecord(Class<?> record, String name) throws ReflectiveOperationException {
    for (Field field : record.getDeclaredFields()) {
      if (field.getName().matches("DEFAULT|USUAL|NONE")
          && Modifier.isStatic(field.getModifiers())
          && field.getType().equals(record)
          && !carriesSecrets(record)) {
        field.setAccessible(true);
        return field.get(null);
      }
    }
    if (!record.isRecord()) {
      throw new AssertionError(
          "say in this test how a " + record.getName() + " is made, for " + name);
    }
    RecordComponent[] parts = record.getRecordComponents();
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = make(parts[i].getGenericType(), parts[i].getName());
    }
    Constructor<?> constructor =
        record.getDeclaredConstructor(
            Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }
}
