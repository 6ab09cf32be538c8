package dev.kinebeam.coreapi.rights;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What opens and closes the way to a patient, and the trace that reads leave. */
@Tag("servers")
class PatientAccessTest {
  private static final String SECRET = "9.8.7-of-the-session";
  private static final UUID ADMIN = UUID.randomUUID();

  /** Treats no patient. */
  private static final String COLLEAGUE = Tokens.of(Role.SPECIALIST, ORG, UUID.randomUUID());

  private static TestCoreApi api;
  private static UUID session;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    session = new SessionRows(api.owner()).session(ORG, PATIENT, Instant.now(), Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String admin() {
    return Tokens.of(Role.CLINIC_ADMIN, ORG, ADMIN);
  }

  /** The archive is read between the row and the answer, and the link to the recording is new. */
  @Test
  void aCareLinkThatEndsDuringARequestEndsIt() throws Exception {
    UUID leaving = UUID.randomUUID();
    api.person(ORG, leaving, "specialist");
    api.link(ORG, PATIENT, leaving);
    String token = Tokens.of(Role.SPECIALIST, ORG, leaving);
    UUID watched =
        new SessionRows(api.owner())
            .session(ORG, PATIENT, Instant.now().minusSeconds(300), Map.of("app_version", SECRET));
    api.store.whileReading = () -> api.unlink(ORG, PATIENT, leaving);
    try {
      Answer answer = api.get("/v1/media/sessions/" + watched, token);
      assertThat(answer.status()).as(answer.text()).isEqualTo(404);
      assertThat(answer.text()).doesNotContain(SECRET);
    } finally {
      api.store.whileReading = () -> {};
    }
    api.link(ORG, PATIENT, leaving);
    assertThat(api.get("/v1/media/sessions/" + watched, token).status()).isEqualTo(200);
  }

  @Test
  void aFeatureOpensEveryActivePatientToSpecialists() throws Exception {
    String token = COLLEAGUE;
    UUID left = UUID.randomUUID();
    api.person(ORG, left, "patient");
    UUID of = new SessionRows(api.owner()).session(ORG, left, Instant.now(), Map.of());
    set("allActivePatientsDashboard", true);
    try {
      assertThat(api.get("/v1/media/sessions/" + session, token).status()).isEqualTo(200);
      assertThat(api.get("/v1/media/sessions/" + of, token).status()).isEqualTo(200);
      api.owner()
          .useHandle(
              handle ->
                  handle.execute("UPDATE people SET active = false WHERE person_id = ?", left));
      assertThat(api.get("/v1/media/sessions/" + of, token).status()).isEqualTo(404);
    } finally {
      set("allActivePatientsDashboard", false);
    }
    assertThat(api.get("/v1/media/sessions/" + session, token).status()).isEqualTo(404);
  }

  private static void set(String feature, boolean enabled) throws Exception {
    Answer answer =
        api.send(
            api.request("/v1/admin/organizations/" + ORG + "/features/" + feature)
                .header("Authorization", "Bearer " + admin())
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"enabled\":" + enabled + "}")));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  @Test
  void readsOfOnePatientAreInTheAuditLogOfTheClinic() throws Exception {
    UUID patient = UUID.randomUUID();
    api.person(ORG, patient, "patient");
    UUID read = new SessionRows(api.owner()).session(ORG, patient, Instant.now(), Map.of());
    String admin = admin();
    api.get("/v1/media/sessions/" + read, COLLEAGUE);
    api.get("/v1/media/sessions/" + read, admin);
    api.get("/v1/media/sessions?patient_id=" + patient, admin);
    api.get("/v1/media/sessions?patient_id=" + patient, admin);
    api.get("/v1/media/bandwidth/stats?session_id=" + read, admin);
    api.get("/v1/media/bandwidth/stats", Tokens.of(Role.PATIENT, ORG, patient));

    JsonNode entries = api.get("/v1/audit?subject=" + patient, admin).json().path("entries");
    assertThat(entries.findValuesAsText("action"))
        .containsExactly("session.bandwidth_read", "patient.sessions_listed", "session.read");
    assertThat(entries.findValuesAsText("actor")).containsOnly(ADMIN.toString());
    JsonNode first = api.get("/v1/audit?limit=2&subject=" + patient, admin).json();
    assertThat(first.path("entries")).hasSize(2);
    JsonNode rest =
        api.get(
                "/v1/audit?limit=2&subject=" + patient + "&cursor=" + first.path("next").asText(),
                admin)
            .json();
    assertThat(rest.path("entries").findValuesAsText("action")).containsExactly("session.read");
    assertThat(
            api.get("/v1/audit?subject=" + patient, Tokens.of(Role.CLINIC_ADMIN, OTHER_ORG, ADMIN))
                .json()
                .path("entries"))
        .isEmpty();
    String superadmin = Tokens.of(Role.SUPERADMIN, OTHER_ORG, ADMIN);
    assertThat(api.get("/v1/audit", superadmin).firstError().path("field").asText())
        .isEqualTo("org_id");
    assertThat(
            api.get("/v1/audit?subject=" + patient + "&org_id=" + ORG, superadmin)
                .json()
                .path("entries"))
        .hasSize(3);
  }
}
