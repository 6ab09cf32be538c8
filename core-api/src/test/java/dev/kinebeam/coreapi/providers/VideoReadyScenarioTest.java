package dev.kinebeam.coreapi.providers;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static dev.kinebeam.coreapi.TestCoreApi.SPECIALIST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.host.BunnySignatures;
import dev.kinebeam.catalog.host.CloudflareWebhook;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages of video hosts, over real HTTP, to tasks in a real database. */
@Tag("servers")
class VideoReadyScenarioTest {
  private static final String CLOUDFLARE = "/webhooks/video-ready/cloudflare_stream";
  private static final String BUNNY = "/webhooks/video-ready/bunny_stream";
  private static final String BUNNY_KEY = "a read-only key";
  private static final String SECRET = "a-webhook-secret";
  private static final String SUPERADMIN =
      Tokens.of(Role.SUPERADMIN, ORG, UUID.fromString("00000000-0000-4000-8000-000000000001"));

  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void oneSecret() throws Exception {
    enter(SECRET, ",\"webhook_secret_previous\":null");
  }

  private static void enter(String secret, String more) throws Exception {
    String body =
        "{\"provider\":\"cloudflare_stream\",\"secrets\":{\"webhook_secret\":\"%s\"%s}}"
            .formatted(secret, more);
    Answer answer =
        api.send(
            api.request("/v1/admin/providers")
                .header("Authorization", "Bearer " + SUPERADMIN)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  /** A video whose task asks the host again in an hour; answers its id at the host. */
  private static String waiting(String host) {
    String hosted = UUID.randomUUID().toString();
    api.owner()
        .useHandle(
            handle -> {
              long id =
                  handle
                      .createQuery(
                          """
                          INSERT INTO personalized_exercise_videos
                                 (org_id, patient_id, exercise_id, doctor_id, content_type, etag,
                                  size_bytes, status, host, hosted_id)
                          SELECT :org, :patient, exercise_id, :doctor, 'video/mp4', 'e', 1,
                                 'PROCESSING_QUEUED', :host, :hosted
                            FROM exercises LIMIT 1
                          RETURNING id
                          """)
                      .bind("org", ORG)
                      .bind("patient", PATIENT)
                      .bind("doctor", SPECIALIST)
                      .bind("host", host)
                      .bind("hosted", hosted)
                      .mapTo(Long.class)
                      .one();
              handle.execute(
                  "INSERT INTO personal_video_tasks"
                      + " (task_name, task_instance, execution_time, picked, version)"
                      + " VALUES ('personalized-exercise-video', ?, now() + interval '1 hour',"
                      + " false, 1)",
                  "personalized-video-" + id);
            });
    return hosted;
  }

  private static <T> T ofTask(String hosted, String expression, Class<T> type) {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT "
                            + expression
                            + " FROM personalized_exercise_videos AS v JOIN personal_video_tasks AS t"
                            + " ON t.task_instance = 'personalized-video-' || v.id"
                            + " WHERE v.hosted_id = :hosted")
                    .bind("hosted", hosted)
                    .mapTo(type)
                    .one());
  }

  private static boolean isDue(String hosted) {
    return ofTask(hosted, "t.execution_time <= now()", Boolean.class);
  }

  private static void later(String hosted) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE personal_video_tasks SET execution_time = now() + interval '1 hour'"
                        + " WHERE task_instance = (SELECT 'personalized-video-' || id"
                        + " FROM personalized_exercise_videos WHERE hosted_id = ?)",
                    hosted));
  }

  private static Answer post(String path, String body, Map<String, String> headers)
      throws Exception {
    HttpRequest.Builder request =
        api.request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return api.send(request);
  }

  private static String ready(String hosted) {
    return "{\"uid\":\"%s\",\"readyToStream\":true,\"status\":{\"state\":\"ready\"}}"
        .formatted(hosted);
  }

  private static Map<String, String> signed(String secret, String body, Instant at) {
    String time = Long.toString(at.getEpochSecond());
    return Map.of(
        "Webhook-Signature",
        "time=%s,sig1=%s"
            .formatted(time, CloudflareWebhook.signature(secret, time, body.getBytes(UTF_8))));
  }

  private static int cloudflare(String hosted) throws Exception {
    String body = ready(hosted);
    return post(CLOUDFLARE, body, signed(SECRET, body, Instant.now())).status();
  }

  private static Answer bunny(String hosted, int status) throws Exception {
    String body =
        "{\"VideoLibraryId\":133,\"VideoGuid\":\"%s\",\"Status\":%d}".formatted(hosted, status);
    return post(BUNNY, body, ofBunny(body));
  }

  private static Map<String, String> ofBunny(String body) {
    return Map.of(
        "X-BunnyStream-Signature-Version", "v1",
        "X-BunnyStream-Signature-Algorithm", "hmac-sha256",
        "X-BunnyStream-Signature", BunnySignatures.webhook(BUNNY_KEY, body.getBytes(UTF_8)));
  }

  private static double counted(String provider, String outcome) {
    return api.meters.counter(VideoReady.COUNTER, "provider", provider, "outcome", outcome).count();
  }

  @Test
  void aSignedMessageMakesTheTaskDueAndChangesNothingElse() throws Exception {
    String first = waiting("cloudflare");
    String second = waiting("bunny");
    assertThat(cloudflare(first)).isEqualTo(204);
    assertThat(bunny(second, 3).status()).isEqualTo(204);
    for (String hosted : new String[] {first, second}) {
      assertThat(isDue(hosted)).isTrue();
      assertThat(ofTask(hosted, "v.status || v.polls || v.attempts", String.class))
          .isEqualTo("PROCESSING_QUEUED00");
    }
  }

  @Test
  void theSameMessageAgainHasTheHostNotAskedAgain() throws Exception {
    String hosted = waiting("bunny");
    double before = counted("bunny_stream", "repeated");
    assertThat(bunny(hosted, 4).status()).isEqualTo(204);
    later(hosted);
    assertThat(bunny(hosted, 4).status()).isEqualTo(204);
    assertThat(isDue(hosted)).isFalse();
    assertThat(counted("bunny_stream", "repeated")).isEqualTo(before + 1);
    assertThat(bunny(hosted, 3).status()).isEqualTo(204);
    assertThat(isDue(hosted)).isTrue();
  }

  @Test
  void progressDoesNotWakeTheTask() throws Exception {
    String hosted = waiting("bunny");
    for (int status : new int[] {0, 1, 2, 9}) {
      assertThat(bunny(hosted, status).status()).isEqualTo(204);
    }
    assertThat(isDue(hosted)).isFalse();
  }

  @Test
  void aMessageWakesTheTaskOfItsOwnVideoAtItsOwnHostOnly() throws Exception {
    String asked = waiting("cloudflare");
    String other = waiting("cloudflare");
    String elsewhere = waiting("bunny");
    assertThat(cloudflare(asked)).isEqualTo(204);
    assertThat(cloudflare(elsewhere)).isEqualTo(204);
    assertThat(isDue(asked)).isTrue();
    assertThat(isDue(other)).isFalse();
    assertThat(isDue(elsewhere)).isFalse();
  }

  /** The message may be here before the host's answer to the copy. */
  @Test
  void aMessageBeforeTheVideoIsKnownIsHarmlessAndCountsLater() throws Exception {
    String hosted = waiting("bunny");
    double before = counted("bunny_stream", "unknown_video");
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE personalized_exercise_videos SET host = 'cloudflare'"
                        + " WHERE hosted_id = ?",
                    hosted));
    assertThat(bunny(hosted, 3).status()).isEqualTo(204);
    assertThat(isDue(hosted)).isFalse();
    assertThat(counted("bunny_stream", "unknown_video")).isEqualTo(before + 1);
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE personalized_exercise_videos SET host = 'bunny' WHERE hosted_id = ?",
                    hosted));
    assertThat(bunny(hosted, 3).status()).isEqualTo(204);
    assertThat(isDue(hosted)).isTrue();
  }

  @Test
  void aMessageAfterTheVideoIsDoneIsHarmless() throws Exception {
    String hosted = waiting("cloudflare");
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE personalized_exercise_videos SET status = 'COMPLETED', active = true"
                        + " WHERE hosted_id = ?",
                    hosted));
    assertThat(cloudflare(hosted)).isEqualTo(204);
    assertThat(isDue(hosted)).isFalse();
    assertThat(ofTask(hosted, "v.status", String.class)).isEqualTo("COMPLETED");
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE personalized_exercise_videos SET status = 'INACTIVE', active = false"
                        + " WHERE hosted_id = ?",
                    hosted));
  }

  @Test
  void whatTheHostDidNotSignIsRefusedWithoutAReason() throws Exception {
    String hosted = waiting("cloudflare");
    String atBunny = waiting("bunny");
    String body = ready(hosted);
    Instant now = Instant.now();
    String bunnys = "{\"VideoLibraryId\":133,\"VideoGuid\":\"" + atBunny + "\",\"Status\":3}";
    Map<String, Answer> refused = new LinkedHashMap<>();
    refused.put("no header", post(CLOUDFLARE, body, Map.of()));
    refused.put("another secret", post(CLOUDFLARE, body, signed("another-secret", body, now)));
    refused.put("an old time", post(CLOUDFLARE, body, signed(SECRET, body, now.minusSeconds(302))));
    refused.put("a future time", post(CLOUDFLARE, body, signed(SECRET, body, now.plusSeconds(65))));
    refused.put("one byte more", post(CLOUDFLARE, body + "\n", signed(SECRET, body, now)));
    refused.put(
        "one byte other",
        post(CLOUDFLARE, body.replace("true", "truE"), signed(SECRET, body, now)));
    refused.put("an empty body", post(CLOUDFLARE, "", signed(SECRET, body, now)));
    refused.put("another's headers", post(CLOUDFLARE, bunnys, ofBunny(bunnys)));
    refused.put("no header of Bunny", post(BUNNY, bunnys, Map.of()));
    refused.put(
        "one byte other of Bunny", post(BUNNY, bunnys.replace(":3", ":4"), ofBunny(bunnys)));
    String detail = refused.get("no header").json().path("detail").asText();
    refused.forEach(
        (what, answer) -> {
          assertThat(answer.status()).as(what).isEqualTo(401);
          assertThat(answer.json().path("detail").asText()).as(what).isEqualTo(detail);
        });
    assertThat(isDue(hosted)).isFalse();
    assertThat(isDue(atBunny)).isFalse();
  }

  @Test
  void bothSecretsCountWhileTheyAreRotated() throws Exception {
    enter("the-next-secret", "");
    for (String secret : new String[] {SECRET, "the-next-secret"}) {
      String hosted = waiting("cloudflare");
      String body = ready(hosted);
      assertThat(post(CLOUDFLARE, body, signed(secret, body, Instant.now())).status())
          .as(secret)
          .isEqualTo(204);
      assertThat(isDue(hosted)).as(secret).isTrue();
    }
    enter("the-next-secret", ",\"webhook_secret_previous\":null");
    assertThat(cloudflare(waiting("cloudflare"))).isEqualTo(401);
  }

  @Test
  void aSignedBodyOfAnotherFormIsRefused() throws Exception {
    for (String body : new String[] {"", "ready", "[]", "{}", "{\"uid\":\"../../x\"}"}) {
      assertThat(post(CLOUDFLARE, body, signed(SECRET, body, Instant.now())).status())
          .as(body)
          .isEqualTo(400);
    }
  }

  @Test
  void aProviderThatIsNotThereIsNotFound() throws Exception {
    assertThat(post("/webhooks/video-ready/aws_cloudfront", "{}", Map.of()).status())
        .isEqualTo(404);
    assertThat(post("/webhooks/video-ready/cloudflare", "{}", Map.of()).status()).isEqualTo(404);
    enterNone();
    String body = ready(waiting("cloudflare"));
    assertThat(post(CLOUDFLARE, body, signed(SECRET, body, Instant.now())).status()).isEqualTo(404);
  }

  private static void enterNone() throws Exception {
    String none =
        "{\"provider\":\"cloudflare_stream\",\"secrets\":"
            + "{\"webhook_secret\":null,\"webhook_secret_previous\":null}}";
    assertThat(
            api.send(
                    api.request("/v1/admin/providers")
                        .header("Authorization", "Bearer " + SUPERADMIN)
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(none)))
                .status())
        .isEqualTo(200);
  }

  @Test
  void bodiesAreSmallAndHaveALength() throws Exception {
    String hosted = waiting("cloudflare");
    String padded = ready(hosted).replace("}}", "},\"pad\":\"" + "x".repeat(17_000) + "\"}");
    assertThat(post(CLOUDFLARE, padded, signed(SECRET, padded, Instant.now())).status())
        .isEqualTo(413);
    String body = ready(hosted);
    HttpRequest.Builder chunked =
        api.request(CLOUDFLARE)
            .POST(
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(body.getBytes(UTF_8))));
    signed(SECRET, body, Instant.now()).forEach(chunked::header);
    assertThat(
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(chunked.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(411);
    assertThat(isDue(hosted)).isFalse();
  }

  @Test
  void anAddressHasALimit() throws Exception {
    try (TestCoreApi other = TestCoreApi.start()) {
      int status = 404;
      int requests = 0;
      for (; status == 404; requests++) {
        status =
            other
                .send(
                    other
                        .request("/webhooks/video-ready/nothing")
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .status();
      }
      assertThat(status).isEqualTo(429);
      assertThat(requests).isEqualTo(1_201);
    }
  }
}
