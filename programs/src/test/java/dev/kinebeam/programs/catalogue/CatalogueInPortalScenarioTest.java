package dev.kinebeam.programs.catalogue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.coreapi.CoreApiMain;
import dev.kinebeam.programs.catalogue.WholeCatalogue.Named;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A catalogue of whole videos, from the operator's file to what patients find by typing. */
@Tag("servers")
class CatalogueInPortalScenarioTest {
  private static final UUID CLINIC = UUID.randomUUID();
  private static final String SUPERADMIN = Tokens.of(Role.SUPERADMIN, CLINIC, UUID.randomUUID());
  private static final String PATIENT = Tokens.of(Role.PATIENT, CLINIC, UUID.randomUUID());

  static {
    // Headers and body are two writes; the second waits for an acknowledgement otherwise.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static TestPostgres postgres;
  private static HttpServer host;
  private static Map<String, String> environment;
  private static CoreApi coreApi;
  private static Client api;
  @TempDir private Path folder;

  private static final class Client extends ApiClient {
    Client() {
      super("core-api");
    }

    @Override
    public int port() {
      return coreApi.port();
    }

    @Override
    public void close() {
      coreApi.close();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    postgres = TestPostgres.migrated();
    host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    host.createContext(
        "/library/7/videos/",
        exchange -> {
          String id = exchange.getRequestURI().getPath().replaceAll(".*/", "");
          byte[] playable =
              """
              {"guid":"%s","title":"t","status":4,"length":31,"width":1920,"height":1080,
               "encodeProgress":100}
              """
                  .formatted(id)
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, playable.length);
          exchange.getResponseBody().write(playable);
          exchange.close();
        });
    host.start();
    String address = "http://127.0.0.1:" + host.getAddress().getPort();
    environment =
        Map.of(
            "BUNNY_STREAM_BASE_URL", address,
            "BUNNY_STREAM_LIBRARY_ID", "7",
            "BUNNY_STREAM_API_KEY", "key",
            "BUNNY_STREAM_TOKEN_KEY", "a token key",
            "BUNNY_STREAM_CDN_HOSTNAME", address);
    Map<String, String> ofServer = new HashMap<>(environment);
    ofServer.putAll(
        Map.of(
            "AUTH_HS256_SECRET", Tokens.SECRET,
            "AUTH_ISSUER", Tokens.ISSUER,
            "AUTH_AUDIENCE", Tokens.AUDIENCE,
            "ADMIN_DATABASE_USER", "admin",
            "S3_ASSETS_BUCKET", "none",
            "S3_ENDPOINT", "http://127.0.0.1:1",
            "S3_ACCESS_KEY_ID", "none",
            "S3_SECRET_ACCESS_KEY", "none"));
    coreApi =
        CoreApi.start(
            CoreApiMain.configure(
                ofServer,
                "--port=0",
                "--admin-port=0",
                "--kafka-bootstrap-servers=127.0.0.1:1",
                // Without the user in it: the administrators log in there too.
                "--database-url=" + postgres.url("core_api").replaceAll("\\?.*", ""),
                "--database-user=core_api"));
    api = new Client();
  }

  @AfterAll
  static void stop() {
    api.close();
    host.stop(0);
    postgres.close();
  }

  private record Imported(int exit, List<String> rows, String summary) {}

  private Imported enter(String csv) throws Exception {
    Path file = Files.writeString(folder.resolve("catalogue.csv"), csv, UTF_8);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new CatalogCommand.Import(environment))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err, true))
            .execute(
                file.toString(),
                "--database-url=" + postgres.url("admin"),
                "--database-user=admin",
                "--actor=test");
    return new Imported(exit, out.toString().lines().toList(), err.toString());
  }

  @Test
  void nineHundredExercisesAreEnteredOnceAndEachIsFoundByItsName() throws Exception {
    List<Named> exercises = WholeCatalogue.exercises();
    assertThat(exercises).hasSize(900);
    String csv = WholeCatalogue.csv(exercises);

    Imported first = enter(csv);
    assertThat(first.exit()).as(first.summary()).isZero();
    assertThat(first.summary())
        .contains("900 exercises: 900 added, 0 changed, 0 unchanged, 0 refused");
    String before = state();
    Imported second = enter(csv);
    assertThat(second.summary())
        .contains("900 exercises: 0 added, 0 changed, 900 unchanged, 0 refused");
    assertThat(second.rows()).hasSize(900).allMatch(row -> row.endsWith(" unchanged"));
    assertThat(state()).as("rows, revisions and entries of the audit log").isEqualTo(before);

    assertThat(find(exercises.get(0).typed(), "ro")).as("drafts are not shown").isEmpty();
    for (String id : ids()) {
      ApiClient.Answer published =
          api.send(api.post("/v1/admin/exercises/" + id + "/publish", SUPERADMIN, new byte[0]));
      assertThat(published.status()).as(published.text()).isEqualTo(200);
    }
    for (int i = 0; i < exercises.size(); i++) {
      Named one = exercises.get(i);
      // Every second one in English; that takes half the time of both for each.
      if (i % 2 == 0) {
        assertFound(one, find(one.typed(), "ro"), one.romanian());
      } else {
        assertFound(one, find(one.english().toUpperCase(Locale.ROOT), "en"), one.english());
      }
    }
  }

  private static void assertFound(Named exercise, JsonNode found, String name) {
    assertThat(found).as(exercise.toString()).hasSize(1);
    assertThat(found.at("/0/slug").asText()).isEqualTo(exercise.slug());
    assertThat(found.at("/0/display_name").asText()).isEqualTo(name);
    assertThat(found.at("/0/playback_hls_url").asText()).contains("token=");
  }

  /** Whatever a second import could have changed. */
  private static String state() {
    return postgres
        .rows(
            """
            SELECT (SELECT count(*) FROM audit_log) AS entries, count(*) AS exercises,
                   sum(revision) AS revisions, sum(asset_version) AS versions,
                   max(updated_at) AS last_change,
                   (SELECT count(*) FROM exercise_renders) AS renders,
                   (SELECT max(imported_at) FROM imported_videos) AS last_import
              FROM exercises
            """)
        .toString();
  }

  private static List<String> ids() throws Exception {
    List<String> ids = new ArrayList<>();
    String cursor = "";
    do {
      String query = "?kind=duration_based&limit=200" + cursor;
      JsonNode page = api.get("/v1/admin/exercises" + query, SUPERADMIN).json();
      page.path("exercises").forEach(one -> ids.add(one.path("id").asText()));
      cursor = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!cursor.isEmpty());
    return ids;
  }

  private static JsonNode find(String words, String language) throws Exception {
    ApiClient.Answer answer =
        api.get(
            "/v1/portal/exercises?language=%s&q=%s"
                .formatted(language, URLEncoder.encode(words, UTF_8)),
            PATIENT);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("exercises");
  }
}
