package dev.kinebeam.coreapi.automations;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The inbox, the stream and the thresholds. */
@Tag("servers")
class AutomationsTest {
  private static final String INBOX = "/v1/automations";
  private static final String THRESHOLDS = "/v1/clinic/alert-thresholds";
  private static TestCoreApi api;

  private final String subject = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.serving(1);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String admin(UUID org) {
    return Tokens.of(Role.CLINIC_ADMIN, org, UUID.randomUUID());
  }

  private UUID opened(UUID org, int minutesAgo) {
    UUID id = UUID.randomUUID();
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO automations
                      (automation_id, org_id, rule, subject, title, opened_at, evidence)
                    VALUES (?, ?, 'content_quality', ?, 'Content quality issue',
                            now() - make_interval(mins => ?), '{"n": 10}')
                    """,
                    id,
                    org,
                    subject + minutesAgo,
                    minutesAgo));
    return id;
  }

  private static Answer act(UUID id, String action, String token, String body) throws Exception {
    return api.send(api.post(INBOX + "/" + id + "/" + action, token, body.getBytes(UTF_8)));
  }

  private static Answer put(String body) throws Exception {
    return api.send(
        api.request(THRESHOLDS)
            .header("Authorization", "Bearer " + admin(ORG))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static List<String> audited(String action, String of) {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT details::text FROM audit_log WHERE action = ? AND subject = ?")
                    .bind(0, action)
                    .bind(1, of)
                    .mapTo(String.class)
                    .list());
  }

  @Test
  void whatPeopleDoIsDoneOnceAndAudited() throws Exception {
    UUID id = opened(ORG, 5);
    Answer acknowledged = act(id, "acknowledge", admin(ORG), "");
    assertThat(acknowledged.status()).as(acknowledged.text()).isEqualTo(200);
    assertThat(acknowledged.json().path("state").asText()).isEqualTo("acknowledged");
    assertThat(acknowledged.json().path("evidence").path("n").asInt()).isEqualTo(10);
    assertThat(act(id, "acknowledge", admin(ORG), "").json().path("version").asInt()).isEqualTo(2);
    assertThat(audited("automation.acknowledged", id.toString())).hasSize(1);

    Answer snoozed = act(id, "snooze", admin(ORG), "{\"minutes\": 30}");
    assertThat(snoozed.json().path("state").asText()).isEqualTo("snoozed");
    assertThat(snoozed.json().path("snoozed_until").asText()).isNotEmpty();
    assertThat(audited("automation.snoozed", id.toString()))
        .singleElement()
        .asString()
        .contains(snoozed.json().path("snoozed_until").asText());

    Answer resolved = act(id, "resolve", admin(ORG), "");
    assertThat(resolved.json().path("state").asText()).isEqualTo("resolved");
    assertThat(act(id, "resolve", admin(ORG), "").status()).isEqualTo(200);
    Answer late = act(id, "snooze", admin(ORG), "{\"minutes\": 30}");
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.firstError().path("field").asText()).isEqualTo("state");
  }

  @Test
  void anotherOrganisationsAutomationIsNotThere() throws Exception {
    UUID id = opened(ORG, 5);
    assertThat(act(id, "resolve", admin(OTHER_ORG), "").status()).isEqualTo(404);
    assertThat(act(UUID.randomUUID(), "resolve", admin(ORG), "").status()).isEqualTo(404);
    assertThat(api.get(INBOX, admin(OTHER_ORG)).text()).doesNotContain(id.toString());
    assertThat(api.get(INBOX + "?state=open", admin(ORG)).text()).contains(id.toString());
  }

  @Test
  void aSnoozeNeedsItsMinutes() throws Exception {
    UUID id = opened(ORG, 5);
    for (String body : List.of("{}", "{\"minutes\": 0}", "{\"minutes\": \"9\"}")) {
      Answer answer = act(id, "snooze", admin(ORG), body);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.firstError().path("field").asText()).isEqualTo("minutes");
    }
  }

  @Test
  void theInboxIsPaged() throws Exception {
    UUID newer = opened(ORG, 100_000);
    UUID older = opened(ORG, 100_001);
    String cursor = "";
    int pages = 0;
    StringBuilder seen = new StringBuilder();
    do {
      JsonNode page = api.get(INBOX + "?limit=1" + cursor, admin(ORG)).json();
      assertThat(page.path("automations")).hasSize(1);
      seen.append(page.path("automations").get(0).path("automation_id").asText()).append(' ');
      cursor = "&cursor=" + page.path("next").asText();
      pages++;
    } while (!cursor.equals("&cursor=") && pages < 100);
    assertThat(seen.toString()).endsWith(newer + " " + older + " ");
    assertThat(api.get(INBOX + "?state=x&limit=0&cursor=x", admin(ORG)).json().path("errors"))
        .hasSize(3);
  }

  @Test
  void aStreamSendsEachChangeOfItsOrganisationOnceAndHoldsNoRequestSlot() throws Exception {
    UUID id = opened(ORG, 7);
    long before =
        api.owner()
            .withHandle(
                h ->
                    h.createQuery("SELECT max(change_id) FROM automation_changes")
                        .mapTo(Long.class)
                        .one());
    // The api serves one request at a time, and the stream is open all the while.
    try (InputStream stream = stream(Long.toString(before))) {
      BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8));
      opened(OTHER_ORG, 7);
      assertThat(act(id, "acknowledge", admin(ORG), "").status()).isEqualTo(200);
      assertThat(act(id, "resolve", admin(ORG), "").status()).isEqualTo(200);
      String first = event(lines);
      String second = event(lines);
      assertThat(first).contains("event: acknowledged").contains(id.toString());
      assertThat(second).contains("event: resolved").contains(id.toString());
      String number = first.substring("id: ".length(), first.indexOf('\n'));
      try (InputStream again = stream(number)) {
        assertThat(event(new BufferedReader(new InputStreamReader(again, UTF_8))))
            .isEqualTo(second);
      }
    }
    Answer refused =
        api.send(
            api.request(INBOX + "/stream")
                .header("Authorization", "Bearer " + admin(ORG))
                .header("Last-Event-ID", "x")
                .GET());
    assertThat(refused.status()).isEqualTo(400);
  }

  @Test
  void anOpenStreamDoesNotHoldUpTheEnd() throws Exception {
    try (TestCoreApi other = TestCoreApi.serving(4)) {
      HttpResponse<InputStream> response =
          HttpClient.newHttpClient()
              .send(
                  other
                      .request(INBOX + "/stream")
                      .header("Authorization", "Bearer " + admin(ORG))
                      .GET()
                      .build(),
                  HttpResponse.BodyHandlers.ofInputStream());
      long begin = System.nanoTime();
      other.stopServing();
      assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(10_000);
      response.body().close();
    }
  }

  private static InputStream stream(String after) throws Exception {
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient()
            .send(
                api.request(INBOX + "/stream")
                    .header("Authorization", "Bearer " + admin(ORG))
                    .header("Last-Event-ID", after)
                    .GET()
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return response.body();
  }

  /** The next event, comments and the like left out. */
  private static String event(BufferedReader lines) throws Exception {
    StringBuilder event = new StringBuilder();
    while (true) {
      String line = lines.readLine();
      assertThat(line).as("the stream ended").isNotNull();
      if (!line.isEmpty()) {
        event.append(line).append('\n');
      } else if (event.indexOf("id: ") == 0) {
        String data = event.substring(event.indexOf("data: ") + "data: ".length());
        assertThat(api.contract().problems("AutomationChange", data)).as(data).isEmpty();
        return event.toString();
      } else {
        event.setLength(0);
      }
    }
  }

  @Test
  void whatIsSnoozedWakesByItself() throws Exception {
    UUID id = opened(ORG, 9);
    act(id, "snooze", admin(ORG), "{\"minutes\": 1}");
    api.owner()
        .useHandle(
            handle -> {
              handle.execute(
                  "UPDATE automations SET snoozed_until = now() - interval '1 s' WHERE"
                      + " automation_id = ?",
                  id);
              handle.execute("SET ROLE kinebeam_gateway");
              handle.execute("SELECT wake_snoozed_automations()");
              handle.execute("RESET ROLE");
              assertThat(
                      handle
                          .createQuery("SELECT state FROM automations WHERE automation_id = ?")
                          .bind(0, id)
                          .mapTo(String.class)
                          .one())
                  .isEqualTo("open");
            });
  }

  @Test
  void thresholdsAreDefaultsUntilTheyAreSet() throws Exception {
    put("{\"thresholds\": []}");
    JsonNode standard = api.get(THRESHOLDS, admin(ORG)).json().path("thresholds");
    assertThat(standard).hasSize(3);
    assertThat(standard.get(0).path("threshold").asDouble()).isEqualTo(0.2);
    assertThat(standard.get(0).path("is_default").asBoolean()).isTrue();

    Answer set =
        put(
            """
            {"thresholds": [{"rule": "cdn_issue", "threshold": 0.5, "ttfb_limit_ms": 800}]}
            """);
    assertThat(set.status()).as(set.text()).isEqualTo(200);
    assertThat(set.json().path("thresholds").get(0).path("ttfb_limit_ms").asInt()).isEqualTo(800);
    assertThat(api.get(THRESHOLDS, admin(ORG)).json()).isEqualTo(set.json());
    assertThat(api.get(THRESHOLDS, admin(OTHER_ORG)).json().path("thresholds")).isEqualTo(standard);
    assertThat(audited("thresholds.changed", ORG.toString()))
        .isNotEmpty()
        .last()
        .asString()
        .contains("800");
  }

  @Test
  void everythingWrongWithThresholdsIsNamed() throws Exception {
    Answer answer =
        put(
            """
            {"thresholds": [{"rule": "cdn_issue", "threshold": 1.5, "min_sessions": 0, "min_ratio": 1},
                            {"rule": "content_quality", "enabled": "yes"},
                            {"rule": "none"}]}
            """);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder(
            "thresholds[0].threshold",
            "thresholds[0].min_sessions",
            "thresholds[0].min_ratio",
            "thresholds[1].enabled",
            "thresholds[2].rule");
    assertThat(answer.text()).contains("1.5");
  }
}
