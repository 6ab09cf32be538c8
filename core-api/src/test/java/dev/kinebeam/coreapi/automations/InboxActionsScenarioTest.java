package dev.kinebeam.coreapi.automations;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people do in the inbox, two of them at once, and what is behind an automation. */
@Tag("servers")
class InboxActionsScenarioTest {
  private static final String INBOX = "/v1/automations";
  private static final UUID ADMIN = UUID.randomUUID();
  private static final UUID COLLEAGUE = UUID.randomUUID();
  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    api.person(ORG, ADMIN, "clinic_admin");
    api.person(ORG, COLLEAGUE, "clinic_admin");
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String admin() {
    return Tokens.of(Role.CLINIC_ADMIN, ORG, ADMIN);
  }

  private static String colleague() {
    return Tokens.of(Role.CLINIC_ADMIN, ORG, COLLEAGUE);
  }

  private static UUID opened(String rule, String subject, String evidence) {
    UUID id = UUID.randomUUID();
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO automations
                      (automation_id, org_id, rule, subject, title, opened_at, evidence)
                    VALUES (?, ?, ?, ?, 'Something', now() - interval '5 minutes', ?::jsonb)
                    """,
                    id,
                    ORG,
                    rule,
                    subject,
                    evidence));
    return id;
  }

  private static UUID opened() {
    return opened("content_quality", UUID.randomUUID().toString(), "{\"n\": 10}");
  }

  private static Answer act(UUID id, String action, String token, String body, String ifMatch)
      throws Exception {
    HttpRequest.Builder request =
        api.post(INBOX + "/" + id + "/" + action, token, body.getBytes(UTF_8));
    return api.send(ifMatch.isEmpty() ? request : request.header("If-Match", ifMatch));
  }

  @Test
  void aSecondAnswerOfAPersonReplacesTheFirst() throws Exception {
    UUID id = opened();
    Answer first = act(id, "feedback", admin(), "{\"useful\": true}", "");
    assertThat(first.status()).as(first.text()).isEqualTo(200);
    assertThat(first.json().path("feedback").toString())
        .isEqualTo("{\"useful\":1,\"not_useful\":0,\"mine\":true}");
    act(id, "feedback", admin(), "{\"useful\": true}", "");
    act(id, "feedback", colleague(), "{\"useful\": true}", "");
    Answer changed = act(id, "feedback", admin(), "{\"useful\": false}", "");
    assertThat(changed.json().path("feedback").toString())
        .isEqualTo("{\"useful\":1,\"not_useful\":1,\"mine\":false}");
    assertThat(changed.json().path("version").asInt()).as("the state is as it was").isEqualTo(1);
    assertThat(
            api.get(INBOX + "/" + id, colleague()).json().path("feedback").path("mine").asBoolean())
        .isTrue();
    long audited =
        api.owner()
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            "SELECT count(*) FROM audit_log"
                                + " WHERE action = 'automation.feedback' AND subject = ?")
                        .bind(0, id.toString())
                        .mapTo(Long.class)
                        .one());
    assertThat(audited).as("the same again is not an answer").isEqualTo(3);
  }

  @Test
  void anAnswerIsTrueOrFalse() throws Exception {
    UUID id = opened();
    for (String body : List.of("{}", "{\"useful\": \"yes\"}", "{\"useful\": null}")) {
      Answer answer = act(id, "feedback", admin(), body, "");
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.firstError().path("field").asText()).isEqualTo("useful");
    }
    String other = Tokens.of(Role.CLINIC_ADMIN, OTHER_ORG, UUID.randomUUID());
    assertThat(act(id, "feedback", other, "{\"useful\": true}", "").status()).isEqualTo(404);
    assertThat(act(id, "reopen", other, "", "").status()).isEqualTo(404);
    assertThat(api.get(INBOX + "/" + id, other).status()).isEqualTo(404);
  }

  @Test
  void ofTwoPeopleWhoActAtOnceTheSecondIsTold() throws Exception {
    UUID id = opened();
    String seen = api.get(INBOX + "/" + id, admin()).header("ETag");
    assertThat(seen).isEqualTo("\"1\"");
    Answer mine = act(id, "acknowledge", admin(), "", seen);
    assertThat(mine.status()).as(mine.text()).isEqualTo(200);
    assertThat(mine.header("ETag")).isEqualTo("\"2\"");
    assertThat(mine.json().path("acted_by").path("person_id").asText()).isEqualTo(ADMIN.toString());
    assertThat(mine.json().path("acted_by").path("name").asText()).isEqualTo("Person");

    Answer late = act(id, "resolve", colleague(), "", seen);
    assertThat(late.status()).isEqualTo(412);
    assertThat(late.firstError().path("message").asText()).contains("acknowledged", "by Person");
    assertThat(act(id, "resolve", colleague(), "", mine.header("ETag")).status()).isEqualTo(200);
  }

  @Test
  void whatAPersonHasDoneCanBeUndoneUntilTheConditionEnds() throws Exception {
    UUID id = opened();
    for (String action : List.of("acknowledge", "resolve")) {
      act(id, action, admin(), "", "");
      Answer undone = act(id, "reopen", admin(), "", "");
      assertThat(undone.status()).as(undone.text()).isEqualTo(200);
      assertThat(undone.json().path("state").asText()).isEqualTo("open");
    }
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE automations SET state = 'resolved', resolved_at = now(),"
                        + " resolved_by = 'condition', cleared_at = now() WHERE automation_id = ?",
                    id));
    Answer refused = act(id, "reopen", admin(), "", "");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.firstError().path("message").asText()).contains("its condition ended");
  }

  @Test
  void aSnoozeUntilADayEndsInTheMorningOfTheClinic() throws Exception {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO organizations (org_id, name, time_zone)"
                        + " VALUES (?, 'Clinic', 'Europe/Bucharest')"
                        + " ON CONFLICT (org_id) DO UPDATE SET time_zone = excluded.time_zone",
                    ORG));
    ZoneId zone = ZoneId.of("Europe/Bucharest");
    LocalDate tomorrow = LocalDate.now(zone).plusDays(1);
    Answer snoozed = act(opened(), "snooze", admin(), "{\"until_day\": \"" + tomorrow + "\"}", "");
    assertThat(snoozed.status()).as(snoozed.text()).isEqualTo(200);
    assertThat(Instant.parse(snoozed.json().path("snoozed_until").asText()))
        .isEqualTo(tomorrow.atTime(8, 0).atZone(zone).toInstant());
    for (String wrong :
        List.of(
            "\"" + LocalDate.now(zone) + "\"",
            "\"" + tomorrow.plusDays(60) + "\"",
            "\"soon\"",
            "7")) {
      Answer refused = act(opened(), "snooze", admin(), "{\"until_day\": " + wrong + "}", "");
      assertThat(refused.status()).as(wrong).isEqualTo(400);
      assertThat(refused.firstError().path("field").asText()).isEqualTo("until_day");
    }
  }

  @Test
  void whatIsBehindAnAutomationIsCountedFromTheRows() throws Exception {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    String media = "media-" + UUID.randomUUID();
    SessionRows rows = new SessionRows(api.owner());
    for (int i = 0; i < 6; i++) {
      rows.session(
          ORG,
          i < 2 ? PATIENT : UUID.randomUUID(),
          now.minus(90 + i, ChronoUnit.MINUTES),
          Map.of("media_id", media, "error_count", i < 3 ? 1 : 0));
    }
    rows.session(ORG, PATIENT, now.minus(200, ChronoUnit.MINUTES), Map.of("media_id", media));
    UUID id =
        opened(
            "content_quality",
            media,
            "{\"n\":6,\"affected\":3,\"share\":0.5,\"threshold\":0.1,\"window_from\":\""
                + now.minus(24, ChronoUnit.HOURS)
                + "\",\"window_to\":\""
                + now
                + "\"}");
    JsonNode behind = api.get(INBOX + "/" + id, admin()).json().path("behind");
    assertThat(behind.path("sessions").asInt()).isEqualTo(3);
    assertThat(behind.path("patients").asInt()).isEqualTo(2);
    assertThat(behind.path("filter").path("media_id").asText()).isEqualTo(media);
    assertThat(behind.path("strip").size()).isBetween(24, 26);
    assertThat(behind.path("strip").findValues("n").stream().mapToInt(JsonNode::asInt).sum())
        .isEqualTo(7);
    assertThat(behind.path("strip"))
        .filteredOn(point -> point.path("n").asInt() > 0)
        .as("six sessions make a share, a single one does not")
        .extracting(point -> point.path("n").asInt(), point -> point.hasNonNull("value"))
        .containsExactly(tuple(1, false), tuple(6, true));
    for (String rule : List.of("cdn_issue", "network_degradation")) {
      UUID other = opened(rule, "", "{\"n\": 10, \"ttfb_limit_ms\": 3000}");
      Answer answer = api.get(INBOX + "/" + other, admin());
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      api.owner()
          .useHandle(h -> h.execute("DELETE FROM automations WHERE automation_id = ?", other));
    }
  }
}
