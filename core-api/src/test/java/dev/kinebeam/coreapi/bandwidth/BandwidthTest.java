package dev.kinebeam.coreapi.bandwidth;

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
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class BandwidthTest {
  private static final String PATH = "/v1/media/bandwidth/stats";
  private static final UUID NEIGHBOUR = UUID.randomUUID();
  private static final String SPECIALIST = TestCoreApi.specialistToken();
  private static TestCoreApi api;
  private static UUID weak;
  private static UUID neighbours;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    Instant now = Instant.now();
    api.person(ORG, NEIGHBOUR, "patient");
    api.link(ORG, NEIGHBOUR, TestCoreApi.SPECIALIST);
    SessionRows rows = new SessionRows(api.owner());
    rows.session(ORG, PATIENT, now.minusSeconds(50_000), Map.of("effective_bandwidth", 6.0));
    rows.session(ORG, PATIENT, now.minusSeconds(40_000), Map.of("effective_bandwidth", 4.0));
    rows.session(ORG, PATIENT, now.minusSeconds(30_000), Map.of("effective_bandwidth", 3.0));
    rows.session(ORG, PATIENT, now.minusSeconds(20_000), Map.of());
    rows.session(ORG, PATIENT, now.minusSeconds(900_000), Map.of("effective_bandwidth", 100.0));
    weak = rows.session(ORG, PATIENT, now.minusSeconds(1000), Map.of("effective_bandwidth", 0.4));
    rows.stall(ORG, PATIENT, weak, now.minusSeconds(990), Map.of("effective_bandwidth", 0.2));
    neighbours =
        rows.session(ORG, NEIGHBOUR, now.minusSeconds(1000), Map.of("effective_bandwidth", 9.0));
    rows.session(OTHER_ORG, PATIENT, now.minusSeconds(10), Map.of("effective_bandwidth", 50.0));
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static JsonNode ok(String query, String token) throws Exception {
    Answer answer = api.get(PATH + query, token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void patientsSeeTheirOwnFigures() throws Exception {
    JsonNode json = ok("", TestCoreApi.patientToken());
    assertThat(json.path("patient_id").asText()).isEqualTo(PATIENT.toString());
    assertThat(json.path("n").asInt()).isEqualTo(5);
    assertThat(json.path("least").asDouble()).isEqualTo(0.2);
    assertThat(json.path("p50").asDouble()).isEqualTo(3);
    assertThat(json.path("p75").asDouble()).isEqualTo(4);
    assertThat(json.at("/last/mbps").asDouble()).isEqualTo(0.4);
    assertThat(json.at("/trend/direction").asText()).isEqualTo("falling");
    assertThat(json.path("usable").asDouble()).isEqualTo(0.4);
    assertThat(json.path("rendition").isNull()).isTrue();
    assertThat(json.at("/warning/code").asText()).isEqualTo("below_360p");
    assertThat(ok("?patient_id=" + PATIENT + "&window=12h", SPECIALIST).path("n").asInt())
        .isEqualTo(4);
  }

  @Test
  void aSessionHasItsStallsToo() throws Exception {
    JsonNode json = ok("?session_id=" + weak, TestCoreApi.patientToken());
    assertThat(json.path("n").asInt()).isEqualTo(2);
    assertThat(json.path("session_id").asText()).isEqualTo(weak.toString());
    assertThat(json.has("trend")).isFalse();
    JsonNode good = ok("?session_id=" + neighbours, SPECIALIST);
    assertThat(good.path("rendition").asText()).isEqualTo("1080p");
    assertThat(good.has("warning")).isFalse();
  }

  @Test
  void everyRoleSeesOnlyWhatItMay() throws Exception {
    String patient = TestCoreApi.patientToken();
    assertThat(api.get(PATH + "?session_id=" + neighbours, patient).status()).isEqualTo(404);
    assertThat(api.get(PATH + "?patient_id=" + NEIGHBOUR, patient).status()).isEqualTo(404);
    String stranger = Tokens.of(Role.CLINIC_ADMIN, OTHER_ORG, UUID.randomUUID());
    assertThat(api.get(PATH + "?session_id=" + weak, stranger).status()).isEqualTo(404);
    assertThat(ok("?patient_id=" + NEIGHBOUR, stranger).path("n").asInt()).isZero();
    assertThat(ok("?patient_id=" + PATIENT, stranger).path("n").asInt()).isEqualTo(1);
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    assertThat(api.get(PATH, SPECIALIST).firstError().path("field").asText())
        .isEqualTo("patient_id");
    for (String window : new String[] {"0h", "-1h", "soon", "401d"}) {
      assertThat(
              api.get(PATH + "?patient_id=" + PATIENT + "&window=" + window, SPECIALIST)
                  .firstError()
                  .path("field")
                  .asText())
          .as(window)
          .isEqualTo("window");
    }
    assertThat(
            api.get(PATH + "?patient_id=" + PATIENT + "&session_id=" + weak, SPECIALIST).status())
        .isEqualTo(400);
  }
}
