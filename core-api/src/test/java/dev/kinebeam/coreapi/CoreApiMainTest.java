package dev.kinebeam.coreapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.process.StartException;
import dev.kinebeam.testkit.TestPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

class CoreApiMainTest {
  private static final Map<String, String> ENV =
      Map.of(
          "AUTH_HS256_SECRET", "0123456789abcdef0123456789abcdef",
          "DATABASE_PASSWORD", "database-secret",
          "BUNNY_STREAM_CDN_HOSTNAME", "vz-1.b-cdn.net");

  private static CoreApiConfig configure(String... flags) {
    return configure(ENV, flags);
  }

  private static CoreApiConfig configure(Map<String, String> environment, String... flags) {
    return CoreApiMain.configure(
        environment,
        Stream.concat(
                Stream.of("--port=0", "--admin-port=0", "--kafka-bootstrap-servers=127.0.0.1:1"),
                Stream.of(flags))
            .toArray(String[]::new));
  }

  private static CoreApiConfig configure(TestPostgres postgres, String user) {
    return configure("--database-url=" + postgres.url(user), "--database-user=" + user);
  }

  @ParameterizedTest
  @CsvSource({
    "--database-url=mysql://x, jdbc:postgresql:",
    "--cors-origin=*, CORS",
    "--max-in-flight=0, at least one",
    "--gateway-url=a b, --gateway-url",
    "--gateway-url=, --gateway-url",
    "--gateway-url=javascript:alert(1), --gateway-url",
    "--gateway-url=http://u:secret@a, --gateway-url is http://***@a;",
    "--gateway-url=http://a/;script-src%20*, --gateway-url",
    "--gateway-url=http://a/path, --gateway-url",
    "--port=many, --port",
  })
  void wrongFlagsAreNamed(String flag, String mention) {
    String[] flags =
        flag.startsWith("--database-url")
            ? new String[] {flag, "--database-user=x"}
            : new String[] {flag, "--database-url=jdbc:postgresql://h/d", "--database-user=x"};
    assertThatThrownBy(() -> configure(flags))
        .isInstanceOfAny(ParameterException.class, IllegalArgumentException.class)
        .hasMessageContaining(mention);
  }

  @Test
  void addressesOfBunnyStreamAreSigned() {
    Map<String, String> unsigned = new HashMap<>(ENV);
    unsigned.put("BUNNY_STREAM_API_KEY", "key");
    assertThatThrownBy(
            () -> configure(unsigned, "--database-url=jdbc:postgresql://h/d", "--database-user=x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BUNNY_STREAM_TOKEN_KEY is not set");
  }

  @Test
  void oneHostAloneSigns() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    byte[] key = keys.generateKeyPair().getPrivate().getEncoded();
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key)
            + "\n-----END PRIVATE KEY-----\n";
    Map<String, String> cloudflare = new HashMap<>(ENV);
    cloudflare.remove("BUNNY_STREAM_CDN_HOSTNAME");
    cloudflare.put("CLOUDFLARE_STREAM_CUSTOMER_CODE", "abc");
    cloudflare.put("CLOUDFLARE_STREAM_ACCOUNT", "account");
    cloudflare.put("CLOUDFLARE_STREAM_SIGNING_KEY_ID", "key");
    cloudflare.put("CLOUDFLARE_STREAM_SIGNING_KEY", pem);
    CoreApiConfig config =
        configure(cloudflare, "--database-url=jdbc:postgresql://h/d", "--database-user=x");
    assertThat(config.catalogue().hosts().orElseThrow().cloudflare()).isPresent();
  }

  @Test
  void aSlashBehindTheGatewaysAddressIsDropped() {
    CoreApiConfig config =
        configure(
            "--database-url=jdbc:postgresql://h/d",
            "--database-user=x",
            "--gateway-url=https://events.clinic.example:8443/");
    assertThat(config.pages().gateway())
        .isEqualTo(URI.create("https://events.clinic.example:8443"));
  }

  @Test
  void signingInWithoutAProofIsForALoopbackAddress() {
    String[] database = {"--database-url=jdbc:postgresql://h/d", "--database-user=x"};
    assertThatThrownBy(() -> configure(database[0], database[1], "--development", "--host=0.0.0.0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--development");
    assertThat(configure(database[0], database[1], "--development").signIn().development())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "AUTH_OIDC_ISSUER, https://login.example, AUTH_OIDC_CLIENT_ID",
    "AUTH_OIDC_CLIENT_SECRET, s, AUTH_OIDC_ISSUER",
    "CORE_API_SIGNING_KEYS, x, make-signing-key",
  })
  void settingsOfSigningInThatLackSomethingAreRefused(String name, String value, String mention) {
    Map<String, String> environment = new HashMap<>(ENV);
    environment.put(name, value);
    assertThatThrownBy(
            () ->
                configure(environment, "--database-url=jdbc:postgresql://h/d", "--database-user=x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(mention);
  }

  @Test
  void theProviderIsConfiguredAndItsSecretIsNotPrinted() {
    Map<String, String> environment = new HashMap<>(ENV);
    environment.put("AUTH_OIDC_ISSUER", "https://login.example/realms/k");
    environment.put("AUTH_OIDC_CLIENT_ID", "kinebeam");
    environment.put("AUTH_OIDC_CLIENT_SECRET", "secret-of-the-client");
    String[] database = {"--database-url=jdbc:postgresql://h/d", "--database-user=x"};
    assertThatThrownBy(() -> configure(environment, database)).hasMessageContaining("--public-url");
    CoreApiConfig config =
        configure(environment, database[0], database[1], "--public-url=https://app.example/");
    assertThat(config.signIn().publicUrl()).contains(URI.create("https://app.example"));
    assertThat(config.toString()).contains("login.example").doesNotContain("secret-of-the-client");
  }

  @Test
  @Tag("servers")
  void startsWithoutKafkaButNotAsARoleThatBypassesRowSecurity() throws Exception {
    try (TestPostgres postgres = TestPostgres.migrated()) {
      assertThatThrownBy(() -> CoreApi.start(configure(postgres, "postgres")))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("superuser")
          .hasMessageContaining("kinebeam_core_api");

      CoreApiConfig config = configure(postgres, "core_api");
      assertThat(config.toString()).doesNotContain("database-secret");
      try (CoreApi api = CoreApi.start(config)) {
        assertThat(get(api.adminPort(), "/livez").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get(api.adminPort(), "/readyz");
        while (ready.body().contains("not probed yet")) {
          ready = get(api.adminPort(), "/readyz");
        }
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body())
            .containsPattern("\"name\":\"kafka\",[^}]*\"required\":false,\"up\":false");
        assertThat(get(api.port(), "/settings.json").body())
            .isEqualTo("{\"gateway\":\"http://127.0.0.1:8080\"}");
        assertThat(get(api.port(), "/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(get(api.adminPort(), "/metrics").body())
            .contains("kinebeam_core_api_requests_seconds_count");
      }
    }
  }

  @Test
  @Tag("servers")
  void doesNotStartWhereItCannotReadACredential() {
    try (TestPostgres postgres = TestPostgres.migrated()) {
      postgres.run(
          "INSERT INTO platform_service_providers (provider, environment, secrets) VALUES"
              + " ('cloudflare_stream', 'production',"
              + " '{\"webhook_secret\": {\"key_id\": \"0badc0de\", \"sealed\": \"AAAA\"}}')");
      assertThatThrownBy(() -> CoreApi.start(configure(postgres, "core_api")))
          .isInstanceOf(StartException.class)
          .hasMessageContainingAll("webhook_secret", "KINEBEAM_PROVIDERS_KEY", "0badc0de");
    }
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
