package dev.kinebeam.catalog.credentials;

import static dev.kinebeam.catalog.credentials.ProviderSecret.BUNNY_READ_ONLY_KEY;
import static dev.kinebeam.catalog.credentials.ProviderSecret.CLOUDFLARE_API_TOKEN;
import static dev.kinebeam.catalog.credentials.ProviderSecret.CLOUDFLARE_WEBHOOK_SECRET;
import static dev.kinebeam.catalog.credentials.ProviderSecret.CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.credentials.ProviderCredentials.Change;
import dev.kinebeam.catalog.credentials.ProviderCredentials.SecretState;
import dev.kinebeam.catalog.credentials.ProviderCredentials.Source;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.testkit.TestPostgres;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Credentials in a real database, with the programs' own logins. */
@Tag("servers")
class ProviderCredentialsScenarioTest {
  private static final String FIRST = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String SECOND = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

  private static TestPostgres postgres;

  private final AtomicLong nanos = new AtomicLong();

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @BeforeEach
  void empty() {
    postgres.empty("platform_service_providers", "audit_log");
  }

  private ProviderCredentials program(String login, String key, Map<String, String> more) {
    Map<String, String> env = new HashMap<>(more);
    if (!key.isEmpty()) {
      env.put("KINEBEAM_PROVIDERS_KEY", key);
    }
    return new ProviderCredentials(
        Database.over(postgres.as(login)), CredentialSettings.fromEnvironment(env), nanos::get);
  }

  private ProviderCredentials coreApi() {
    return program("core_api", FIRST, Map.of());
  }

  private static Database admin() {
    return Database.over(postgres.as("admin"));
  }

  private static Change change(Map<ProviderSecret, Optional<String>> secrets) {
    return new Change(Provider.CLOUDFLARE_STREAM, Optional.empty(), secrets);
  }

  private static Change webhookSecret(String value) {
    return change(Map.of(CLOUDFLARE_WEBHOOK_SECRET, Optional.of(value)));
  }

  private static SecretState state(ProviderCredentials program, ProviderSecret secret) {
    return program.states().stream()
        .flatMap(provider -> provider.secrets().stream())
        .filter(one -> one.secret() == secret)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatTheDatabaseHasCountsBeforeTheEnvironment() {
    ProviderCredentials program =
        program("core_api", FIRST, Map.of("CLOUDFLARE_STREAM_TOKEN", "of the environment"));
    assertThat(program.secret(CLOUDFLARE_API_TOKEN)).contains("of the environment");
    assertThat(state(program, CLOUDFLARE_API_TOKEN).source()).isEqualTo(Source.ENVIRONMENT);
    assertThat(program.secret(BUNNY_READ_ONLY_KEY)).isEmpty();
    assertThat(state(program, BUNNY_READ_ONLY_KEY).source()).isEqualTo(Source.NONE);

    program.change(
        admin(), "ann", change(Map.of(CLOUDFLARE_API_TOKEN, Optional.of("of the database"))));
    assertThat(program.secret(CLOUDFLARE_API_TOKEN)).contains("of the database");
    assertThat(state(program, CLOUDFLARE_API_TOKEN))
        .isEqualTo(
            new SecretState(
                CLOUDFLARE_API_TOKEN, Source.DATABASE, Optional.of(program.keyIds().get(0)), true));

    program.change(admin(), "ann", change(Map.of(CLOUDFLARE_API_TOKEN, Optional.empty())));
    assertThat(program.secret(CLOUDFLARE_API_TOKEN)).contains("of the environment");
  }

  @Test
  void aReplacedSecretIsUsedByOtherProgramsWithinFiveMinutes() {
    ProviderCredentials coreApi = coreApi();
    coreApi.change(admin(), "ann", change(Map.of(CLOUDFLARE_API_TOKEN, Optional.of("the first"))));
    ProviderCredentials worker = program("worker", FIRST, Map.of());
    assertThat(worker.secret(CLOUDFLARE_API_TOKEN)).contains("the first");
    coreApi.change(admin(), "ann", change(Map.of(CLOUDFLARE_API_TOKEN, Optional.of("the second"))));
    assertThat(coreApi.secret(CLOUDFLARE_API_TOKEN)).contains("the second");
    nanos.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
    assertThat(worker.secret(CLOUDFLARE_API_TOKEN)).contains("the first");
    nanos.addAndGet(1);
    assertThat(worker.secret(CLOUDFLARE_API_TOKEN)).contains("the second");
  }

  @Test
  void theSecretOfWebhooksThatIsReplacedStaysAcceptedUnlessItIsNamed() {
    ProviderCredentials program =
        program(
            "core_api", FIRST, Map.of("CLOUDFLARE_STREAM_WEBHOOK_SECRET", "of the environment"));
    program.change(admin(), "ann", webhookSecret("the first"));
    assertThat(both(program)).containsExactly("the first", "of the environment");
    program.change(admin(), "ann", webhookSecret("the second"));
    assertThat(both(program)).containsExactly("the second", "the first");
    program.change(admin(), "ann", webhookSecret("the second"));
    assertThat(both(program)).containsExactly("the second", "the first");
    program.change(
        admin(),
        "ann",
        change(
            Map.of(
                CLOUDFLARE_WEBHOOK_SECRET,
                Optional.of("the third"),
                CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS,
                Optional.empty())));
    assertThat(both(program)).containsExactly("the third");
  }

  private static List<String> both(ProviderCredentials program) {
    return program.secrets(CLOUDFLARE_WEBHOOK_SECRET, CLOUDFLARE_WEBHOOK_SECRET_PREVIOUS);
  }

  @Test
  void aChangeEncryptsWhatStaysUnderTheNewestKey() {
    coreApi().change(admin(), "ann", webhookSecret("a secret"));
    ProviderCredentials rotated = program("core_api", SECOND + "," + FIRST, Map.of());
    assertThat(rotated.secret(CLOUDFLARE_WEBHOOK_SECRET)).contains("a secret");
    rotated.change(admin(), "ann", change(Map.of()));
    ProviderCredentials later = program("core_api", SECOND, Map.of());
    assertThat(later.secret(CLOUDFLARE_WEBHOOK_SECRET)).contains("a secret");
    assertThat(state(later, CLOUDFLARE_WEBHOOK_SECRET).keyId())
        .isEqualTo(later.keyIds().stream().findFirst());
  }

  @Test
  void aProgramThatCannotReadARowDoesNotStartOutsideDevelopment() throws Exception {
    program("core_api", "", Map.of()).requireReadable(false);
    coreApi().change(admin(), "ann", webhookSecret("a secret"));
    coreApi().requireReadable(false);
    for (String key : List.of("", SECOND)) {
      ProviderCredentials other = program("worker", key, Map.of());
      assertThatThrownBy(() -> other.requireReadable(false))
          .isInstanceOf(StartException.class)
          .hasMessageContainingAll(
              "webhook_secret",
              "cloudflare_stream",
              "KINEBEAM_PROVIDERS_KEY",
              coreApi().keyIds().get(0));
      assertThatCode(() -> other.requireReadable(true)).doesNotThrowAnyException();
      assertThatThrownBy(() -> other.secret(CLOUDFLARE_WEBHOOK_SECRET))
          .isInstanceOf(UnreadableSecretException.class);
      assertThat(state(other, CLOUDFLARE_WEBHOOK_SECRET).readable()).isFalse();
    }
    // One that cannot be read any more is replaced.
    ProviderCredentials lost = program("core_api", SECOND, Map.of());
    lost.change(admin(), "ann", webhookSecret("another"));
    assertThat(both(lost)).containsExactly("another");
  }

  @Test
  void anotherEnvironmentHasSecretsOfItsOwn() {
    coreApi().change(admin(), "ann", webhookSecret("of production"));
    ProviderCredentials staging =
        program("core_api", FIRST, Map.of("KINEBEAM_ENVIRONMENT", "staging"));
    assertThat(staging.secret(CLOUDFLARE_WEBHOOK_SECRET)).isEmpty();
    staging.change(admin(), "ann", webhookSecret("of staging"));
    assertThat(coreApi().secret(CLOUDFLARE_WEBHOOK_SECRET)).contains("of production");
  }

  @Test
  void noSecretIsInTheDatabaseInPlainTextAndTheAuditLogHasNames() {
    coreApi()
        .change(
            admin(),
            "ann",
            new Change(
                Provider.CLOUDFLARE_STREAM,
                Optional.of(Map.of("account_id", "an-account")),
                Map.of(CLOUDFLARE_API_TOKEN, Optional.of("a-very-secret-token"))));
    coreApi().change(admin(), "bob", webhookSecret("a-webhook-secret"));
    assertThat(postgres.rows("SELECT * FROM platform_service_providers").toString())
        .contains("an-account", "created_by=ann", "updated_by=bob")
        .doesNotContain("secret-token", "a-webhook-secret");
    assertThat(postgres.rows("SELECT actor, action, subject, details FROM audit_log ORDER BY at"))
        .extracting(Map::toString)
        .satisfiesExactly(
            added ->
                assertThat(added)
                    .contains(
                        "ann", "provider.added", "cloudflare_stream", "account_id", "api_token"),
            changed -> assertThat(changed).contains("bob", "provider.changed", "webhook_secret"))
        .allSatisfy(entry -> assertThat(entry).doesNotContain("a-very", "a-webhook", "an-account"));
  }

  @Test
  void onlyAdministratorsWrite() {
    for (String login : List.of("core_api", "worker", "gateway")) {
      assertThatThrownBy(
              () ->
                  coreApi()
                      .change(Database.over(postgres.as(login)), "eve", webhookSecret("of eve")))
          .as(login)
          .isInstanceOf(JdbiException.class)
          .hasMessageContaining("permission denied");
    }
    assertThatThrownBy(() -> program("gateway", FIRST, Map.of()).states())
        .hasMessageContaining("permission denied");
  }
}
