package dev.kinebeam.coreapi.people;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static dev.kinebeam.coreapi.TestCoreApi.SPECIALIST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Organizations, people, links and consents by their routes, with the Core API's own rights. */
@Tag("servers")
class PeopleScenarioTest {
  private static final String ADMIN = Tokens.of(Role.CLINIC_ADMIN, ORG, UUID.randomUUID());
  private static final String SUPERADMIN = Tokens.of(Role.SUPERADMIN, ORG, UUID.randomUUID());

  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String organization(UUID org) {
    return "/v1/admin/organizations/" + org;
  }

  private static Answer put(String path, String token, String body) throws Exception {
    return api.send(
        api.request(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void aSuperadminEntersAClinicAndItsAdminChangesIt() throws Exception {
    UUID org = UUID.randomUUID();
    String form = "{\"name\":\"Aurora\",\"time_zone\":\"%s\",\"locale\":\"ro\"%s}";
    String admin = Tokens.of(Role.CLINIC_ADMIN, org, UUID.randomUUID());
    String body = form.formatted("Europe/Bucharest", "");
    assertThat(put(organization(org), admin, body).status()).isEqualTo(404);
    ok(put(organization(org), SUPERADMIN, body));
    JsonNode changed =
        ok(put(organization(org), admin, form.formatted("Asia/Tokyo", ",\"retention_months\":6")));
    assertThat(changed.path("time_zone").asText()).isEqualTo("Asia/Tokyo");
    assertThat(changed.path("retention_months").asInt()).isEqualTo(6);
    assertThat(ok(api.get(organization(org), admin))).isEqualTo(changed);
    assertThat(api.get("/v1/audit", admin).json().path("entries").findValuesAsText("action"))
        .containsExactly("organization.changed", "organization.added");
  }

  @Test
  void whatAClinicCannotBeIsRefusedByName() throws Exception {
    String form =
        "{\"name\":\"%s\",\"time_zone\":\"%s\",\"locale\":\"%s\",\"retention_months\":%s}";
    for (String[] wrong :
        new String[][] {
          {"name", form.formatted("\\u0007", "UTC", "en", "6")},
          {"name", form.formatted("A\\u202eB", "UTC", "en", "6")},
          {"name", form.formatted("A\\ud800", "UTC", "en", "6")},
          {"name", form.formatted("<script>", "UTC", "en", "6")},
          {"name", form.formatted("a".repeat(201), "UTC", "en", "6")},
          {"time_zone", form.formatted("A", "Mars/Olympus", "en", "6")},
          {"time_zone", form.formatted("A", "EST", "en", "6")},
          {"time_zone", form.formatted("A", "UTC+3", "en", "6")},
          {"locale", form.formatted("A", "UTC", "../en", "6")},
          {"retention_months", form.formatted("A", "UTC", "en", "0")},
          {"retention_months", form.formatted("A", "UTC", "en", "14")},
          {"time_zone", "{\"name\":\"A\",\"locale\":\"en\"}"},
          {"colour", "{\"name\":\"A\",\"time_zone\":\"UTC\",\"locale\":\"en\",\"colour\":1}"},
        }) {
      Answer answer = put(organization(ORG), ADMIN, wrong[1]);
      assertThat(answer.status()).as(wrong[1]).isEqualTo(400);
      assertThat(answer.firstError().path("field").asText()).as(wrong[1]).isEqualTo(wrong[0]);
    }
  }

  /** Monday in Tokyo is still Sunday in UTC. */
  @Test
  void aNewZoneHasTheWeeksCountedAgain() throws Exception {
    UUID org = UUID.randomUUID();
    String form = "{\"name\":\"A\",\"time_zone\":\"%s\",\"locale\":\"en\"}";
    String admin = Tokens.of(Role.CLINIC_ADMIN, org, UUID.randomUUID());
    ok(put(organization(org), SUPERADMIN, form.formatted("UTC")));
    api.owner()
        .useHandle(handle -> handle.execute("SELECT ensure_media_partitions('2026-11-15Z', 1, 1)"));
    new SessionRows(api.owner())
        .session(org, PATIENT, Instant.parse("2026-11-22T16:00:00Z"), Map.of());
    String week = "/v1/clinic/video-health?by=day&week=2026-W48";
    assertThat(ok(api.get(week, admin)).path("sessions").asInt()).isZero();
    ok(put(organization(org), admin, form.formatted("Asia/Tokyo")));
    JsonNode health = ok(api.get(week, admin));
    assertThat(health.path("sessions").asInt()).isEqualTo(1);
    assertThat(health.path("time_zone").asText()).isEqualTo("Asia/Tokyo");
    JsonNode monday = health.at("/breakdown/groups/0");
    assertThat(monday.path("value").asText()).isEqualTo("2026-11-23");
    assertThat(monday.path("sessions").asInt()).isEqualTo(1);
    assertThat(monday.path("hours").asDouble()).isEqualTo(24);
    assertThat(health.at("/breakdown/groups")).hasSize(7);
    List<String> weeks =
        api.owner()
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            "SELECT week || ' ' || zone FROM media_session_weekly_agg"
                                + " WHERE org_id = :org")
                        .bind("org", org)
                        .mapTo(String.class)
                        .list());
    assertThat(weeks).containsExactly("2026-11-23 Asia/Tokyo");
    Answer both = api.get(week + "&from=2026-11-01T00:00:00Z", admin);
    assertThat(both.firstError().path("field").asText()).isEqualTo("from");
    assertThat(api.get(week.replace("W48", "W54"), admin).firstError().path("field").asText())
        .isEqualTo("week");
    assertThat(
            api.get(
                    "/v1/clinic/video-health?by=day&from=2026-01-01T00:00:00Z"
                        + "&to=2026-11-01T00:00:00Z",
                    admin)
                .firstError()
                .path("field")
                .asText())
        .isEqualTo("by");
  }

  @Test
  void peopleAreEnteredOnceAndKeepTheirRole() throws Exception {
    UUID person = UUID.randomUUID();
    String path = organization(ORG) + "/people/" + person;
    String form = "{\"role\":\"%s\",\"display_name\":\"Ana \\u05d0\"%s}";
    assertThat(ok(put(path, ADMIN, form.formatted("patient", ""))).path("active").asBoolean())
        .isTrue();
    Answer other = put(path, ADMIN, form.formatted("specialist", ""));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.firstError().path("field").asText()).isEqualTo("role");
    JsonNode gone =
        ok(put(path, ADMIN, form.formatted("patient", ",\"active\":false,\"locale\":\"ro\"")));
    assertThat(gone.path("active").asBoolean()).isFalse();
    JsonNode inactive = ok(api.get(organization(ORG) + "/people?role=patient&active=false", ADMIN));
    assertThat(inactive.path("people").findValuesAsText("person_id"))
        .containsExactly(person.toString());
    JsonNode page = ok(api.get(organization(ORG) + "/people?limit=1", ADMIN));
    JsonNode next =
        ok(
            api.get(
                organization(ORG) + "/people?limit=1&cursor=" + page.path("next").asText(), ADMIN));
    assertThat(next.path("people")).isNotEqualTo(page.path("people")).hasSize(1);
  }

  @Test
  void linksBeginAndEnd() throws Exception {
    UUID patient = UUID.randomUUID();
    UUID session = new SessionRows(api.owner()).session(ORG, patient, Instant.now(), Map.of());
    String path = organization(ORG) + "/care-links/" + patient + "/" + SPECIALIST;
    String specialist = TestCoreApi.specialistToken();
    assertThat(put(path, ADMIN, "{}").status()).as("no such patient").isEqualTo(404);
    api.person(ORG, patient, "patient");
    assertThat(delete(path).status()).as("never linked").isEqualTo(404);
    assertThat(ok(put(path, ADMIN, "{}")).path("active").asBoolean()).isTrue();
    assertThat(ok(put(path, ADMIN, "{}")).path("active").asBoolean()).isTrue();
    assertThat(api.get("/v1/media/sessions/" + session, specialist).status()).isEqualTo(200);
    assertThat(ok(delete(path)).has("ended_at")).isTrue();
    assertThat(api.get("/v1/media/sessions/" + session, specialist).status()).isEqualTo(404);
    JsonNode ended =
        ok(api.get(organization(ORG) + "/care-links?active=false&patient_id=" + patient, ADMIN));
    assertThat(ended.path("care_links")).hasSize(1);
    assertThat(
            ok(api.get("/v1/audit?subject=" + patient, ADMIN))
                .path("entries")
                .findValuesAsText("action"))
        .containsExactly("care_link.ended", "session.read", "care_link.begun");
  }

  private static Answer delete(String path) throws Exception {
    return api.send(api.request(path).header("Authorization", "Bearer " + ADMIN).DELETE());
  }

  @Test
  void patientsGetTheirDataAFewTimesInAMinute() throws Exception {
    UUID patient = UUID.randomUUID();
    String token = Tokens.of(Role.PATIENT, ORG, patient);
    api.person(ORG, patient, "patient");
    for (int i = 0; i < MyExport.PER_MINUTE; i++) {
      assertThat(api.send(api.post("/v1/me/export", token, "{}".getBytes(UTF_8))).status())
          .isEqualTo(200);
    }
    Answer refused = api.send(api.post("/v1/me/export", token, "{}".getBytes(UTF_8)));
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.raw().headers().firstValueAsLong("Retry-After")).isPresent();
  }

  @Test
  void patientsGiveAndWithdrawConsentAndGetTheirData() throws Exception {
    UUID patient = UUID.randomUUID();
    String token = Tokens.of(Role.PATIENT, ORG, patient);
    String consent = "/v1/me/consents/analytics";
    assertThat(ok(api.get(consent, token)).path("active").asBoolean()).isFalse();
    String form = "{\"active\":%b,\"text_version\":\"2026-11\"}";
    assertThat(put(consent, token, form.formatted(true)).status()).isEqualTo(404);
    api.person(ORG, patient, "patient");
    assertThat(put(consent, token, "{\"active\":true}").firstError().path("field").asText())
        .isEqualTo("text_version");
    assertThat(ok(put(consent, token, form.formatted(true))).path("active").asBoolean()).isTrue();
    assertThat(ok(put(consent, token, form.formatted(false))).path("active").asBoolean()).isFalse();
    assertThat(api.get("/v1/me/consents/..", token).status()).isEqualTo(404);
    new SessionRows(api.owner()).session(ORG, patient, Instant.now(), Map.of());

    Answer export = api.send(api.post("/v1/me/export", token, "{}".getBytes(UTF_8)));
    assertThat(export.status()).isEqualTo(200);
    Map<String, JsonNode> files = unzipped(export.raw().body());
    assertThat(files.get("consent_changes.json"))
        .extracting(row -> row.path("active").asBoolean() + " " + row.path("by_whom").asText())
        .containsExactlyInAnyOrder("true " + patient, "false " + patient);
    assertThat(files.get("media_session_metrics.json")).hasSize(1);
    assertThat(files.get("people.json")).hasSize(1);
    assertThat(files.get("export.json").at("/rows/media_session_metrics").asInt()).isEqualTo(1);
    assertThat(files.get("audit_log.json").findValuesAsText("action"))
        .contains("consent.granted", "consent.withdrawn", "patient.exported");
    for (Map.Entry<String, JsonNode> file : files.entrySet()) {
      assertThat(file.getValue().findValuesAsText("patient_id"))
          .as(file.getKey())
          .allMatch(patient.toString()::equals);
    }
  }

  private static Map<String, JsonNode> unzipped(byte[] zipped) throws IOException {
    Map<String, JsonNode> files = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(zipped))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), Json.MAPPER.readTree(zip.readAllBytes()));
      }
    }
    return files;
  }
}
