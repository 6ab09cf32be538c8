package dev.kinebeam.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.process.StartException;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.web.auth.TrustedIssuer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

class GatewayMainTest {
  private static final Map<String, String> ENV =
      Map.of(
          "AUTH_HS256_SECRET", "0123456789abcdef0123456789abcdef",
          "COMPOSER_TOKEN", "composer-secret",
          "DATABASE_PASSWORD", "database-secret",
          "S3_ASSETS_BUCKET", "assets",
          "S3_ENDPOINT", "http://127.0.0.1:1",
          "S3_ACCESS_KEY_ID", "key",
          "S3_SECRET_ACCESS_KEY", "s3-secret",
          "BUNNY_STREAM_LIBRARY_ID", "1",
          "BUNNY_STREAM_API_KEY", "bunny-secret",
          "BUNNY_STREAM_CDN_HOSTNAME", "vz-1.b-cdn.net");

  /** A configuration with these flags in place of, or beside, those of the tests. */
  private static GatewayConfig configure(Map<String, String> env, String... more) {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("--port", "0");
    flags.put("--admin-port", "0");
    flags.put("--kafka-bootstrap-servers", "127.0.0.1:1");
    flags.put("--kafka-delivery-timeout", "PT2S");
    flags.put("--database-url", "jdbc:postgresql://127.0.0.1:1/kinebeam");
    flags.put("--database-user", "gateway");
    for (String flag : more) {
      String[] parts = flag.split("=", 2);
      flags.put(parts[0], parts[1]);
    }
    return GatewayMain.configure(
        env,
        flags.entrySet().stream()
            .map(flag -> flag.getKey() + "=" + flag.getValue())
            .toArray(String[]::new));
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> env = new HashMap<>(ENV);
    env.put(name, value);
    return env;
  }

  @Test
  void printingTheConfigurationShowsNoSecret() {
    assertThat(configure(ENV).toString())
        .doesNotContain("secret")
        .doesNotContain("0123456789abcdef")
        .contains("gateway")
        .contains("127.0.0.1:1");
  }

  @ParameterizedTest
  @CsvSource({
    "AUTH_HS256_SECRET, too short, 32 bytes",
    "AUTH_HS256_SECRET, '', AUTH_JWKS_URL",
    "AUTH_JWKS_URL, , ",
    "S3_ASSETS_BUCKET, '', S3_ASSETS_BUCKET",
    "BUNNY_STREAM_CDN_HOSTNAME, '', BUNNY_STREAM_CDN_HOSTNAME",
    "COMPOSER_TOKEN, '', --development",
  })
  void wrongEnvironmentIsNamed(String name, String value, String mention) {
    if (value == null) {
      assertThatThrownBy(() -> configure(ENV, "--auth-jwks-url=https://id.example/jwks"))
          .isInstanceOfAny(ParameterException.class, IllegalArgumentException.class)
          .hasMessageContaining("exactly one");
    } else {
      assertThatThrownBy(() -> configure(with(name, value)))
          .isInstanceOfAny(ParameterException.class, IllegalArgumentException.class)
          .hasMessageContaining(mention);
    }
  }

  @Test
  void inDevelopmentNoTokenOfTheComposerIsNeeded() {
    assertThat(configure(with("COMPOSER_TOKEN", ""), "--development=true").composerToken())
        .isEmpty();
    assertThat(configure(ENV, "--development=true").composerToken()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "--database-url=mysql://x, jdbc:postgresql:",
    "--kafka-bootstrap-servers=, KAFKA_BOOTSTRAP_SERVERS",
    "--cors-origin=*, CORS",
    "--max-in-flight=0, at least one",
    "--consent-memory=PT31S, 30 s",
    "--port=many, --port",
    "--core-api-issuer=clinic, --core-api-issuer",
    "--core-api-issuer=https://u:p@app.example, --core-api-issuer",
  })
  void wrongFlagsAreNamed(String flag, String mention) {
    assertThatThrownBy(() -> configure(ENV, flag))
        .isInstanceOfAny(ParameterException.class, IllegalArgumentException.class)
        .hasMessageContaining(mention);
  }

  @Test
  void theCoreApisTokensCountBesideTheProviders() {
    assertThat(configure(ENV).auth().others()).isEmpty();
    assertThat(configure(ENV, "--core-api-issuer=https://app.example/").auth().others())
        .containsExactly(
            new TrustedIssuer(
                "https://app.example",
                URI.create("https://app.example/.well-known/jwks.json"),
                "kinebeam-gateway"));
    assertThatThrownBy(
            () ->
                configure(
                    ENV,
                    "--auth-issuer=https://app.example",
                    "--core-api-issuer=https://app.example"))
        .hasMessageContaining("AUTH_ISSUER");
  }

  @Test
  void wrongUsageExitsWithTwo() {
    StringWriter err = new StringWriter();
    int status =
        GatewayMain.commandLine(new GatewayMain())
            .setErr(new PrintWriter(err))
            .execute("--database-url=nonsense");
    assertThat(status).isEqualTo(2);
    assertThat(err.toString().lines()).singleElement().asString().endsWith("see gateway --help");
  }

  @Test
  void anAbsentDatabaseIsReportedInOneLine() {
    assertThatThrownBy(() -> Gateway.start(configure(ENV)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the database does not answer");
  }

  @Test
  @Tag("servers")
  void startsWithoutKafkaButNotAsARoleThatBypassesRowSecurity() throws Exception {
    try (TestPostgres postgres = TestPostgres.migrated()) {
      String url = databaseUrl(postgres, "gateway");

      assertThatThrownBy(() -> Gateway.start(configure(ENV, databaseUrl(postgres, "postgres"))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("superuser")
          .hasMessageContaining("kinebeam_gateway");

      try (Gateway gateway = Gateway.start(configure(ENV, url))) {
        assertThat(get(gateway.adminPort(), "/livez").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get(gateway.adminPort(), "/readyz");
        while (ready.body().contains("not probed yet")) {
          ready = get(gateway.adminPort(), "/readyz");
        }
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"unreachable\":[\"kafka\"]");
        assertThat(get(gateway.port(), "/v1/nothing").statusCode()).isEqualTo(404);
        assertThat(get(gateway.adminPort(), "/metrics").body())
            .contains("kinebeam_gateway_requests_seconds_count")
            .contains("jvm_memory_used_bytes", "kinebeam_dependency_up{dependency=\"postgresql\"")
            .contains("kinebeam_consent_lookup_seconds_bucket");
        assertThatThrownBy(() -> Gateway.start(configure(ENV, url, "--port=" + gateway.port())))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("cannot listen on")
            .hasMessageContaining("--port");
      }
    }
  }

  private static String databaseUrl(TestPostgres postgres, String user) {
    return "--database-url=" + postgres.url(user);
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
