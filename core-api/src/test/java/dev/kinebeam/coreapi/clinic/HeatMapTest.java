package dev.kinebeam.coreapi.clinic;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which parts of a video are watched, whatever lengths and positions the rows hold. */
@Tag("servers")
class HeatMapTest {
  private static final String PATH = "/v1/clinic/exercises/" + TestCoreApi.SLUG + "/heatmap";
  private static TestCoreApi api;
  private static SessionRows rows;
  private static Instant at;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    at = Instant.now().minusSeconds(3600);
    rows = new SessionRows(api.owner());
    for (int i = 0; i < 2; i++) {
      session(ORG, Map.of("status", "completed", "max_position_seconds", 96.0));
    }
    session(ORG, Map.of("max_position_seconds", 50.0, "final_position_seconds", 50.0));
    session(
        ORG, Map.of("max_position_seconds", 80.0, "watched_duration_seconds", 20.0, "seeks", 3));
    UUID stalled = session(ORG, Map.of("max_position_seconds", 30.0, "stall_count", 1));
    rows.stall(
        ORG, PATIENT, stalled, at.plusSeconds(115), Map.of("media_id", media(), "cause", "stall"));
    session(ORG, Map.of("max_position_seconds", 10.0, "status", "error", "fatal_error", true));
    session(ORG, Map.of("max_position_seconds", 20.0, "ended_by", "timeout"));
    for (double odd : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e300, 90_000}) {
      session(ORG, Map.of("total_duration_seconds", odd));
    }
    session(ORG, Map.of("max_position_seconds", Double.NaN));
    session(ORG, Map.of("max_position_seconds", 1e300));
    Map<String, Object> unknown = new HashMap<>();
    unknown.put("total_duration_seconds", null);
    session(ORG, unknown);
    session(ORG, Map.of("status", "playing"));
    session(OTHER_ORG, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static String media() {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT media_id FROM exercises WHERE slug = ?")
                    .bind(0, TestCoreApi.SLUG)
                    .mapTo(String.class)
                    .one());
  }

  private static UUID session(UUID org, Map<String, Object> more) {
    Map<String, Object> row = new HashMap<>();
    row.put("media_id", media());
    row.put("total_duration_seconds", 100.0);
    row.putAll(more);
    return rows.session(org, PATIENT, at, row);
  }

  private static JsonNode read(String query) throws Exception {
    return api.get(PATH + query, Tokens.of(Role.CLINIC_ADMIN, ORG, UUID.randomUUID())).json();
  }

  @Test
  void partsAreSharesOfTheSessionsThatNameALength() throws Exception {
    JsonNode map = read("");
    assertThat(map.path("n").asInt()).as(map.toString()).isEqualTo(7);
    assertThat(map.path("without_duration").asInt()).isEqualTo(9);
    assertThat(map.path("estimated").asInt()).isEqualTo(1);
    assertThat(map.path("duration_seconds").asDouble()).isEqualTo(100);
    assertThat(map.path("completed").path("count").asInt()).isEqualTo(2);
    JsonNode parts = map.path("parts");
    assertThat(parts).hasSize(100);
    assertThat(parts.get(0).path("watched").asDouble()).isCloseTo((6 + 0.25) / 7, within(1e-9));
    assertThat(parts.get(60).path("reached").asInt()).isEqualTo(3);
    assertThat(parts.get(99).path("watched").asDouble()).isCloseTo(2 / 7.0, within(1e-9));
    assertThat(map.path("least_watched").get(0).path("from_percent").asInt()).isEqualTo(80);
    assertThat(map.path("most_watched").get(0).path("from_percent").asInt()).isZero();
  }

  @Test
  void whoeverLeftHasAReason() throws Exception {
    JsonNode parts = read("").path("parts");
    assertThat(parts.get(30).path("causes").path("stall").asInt())
        .as(parts.toString())
        .isEqualTo(1);
    assertThat(parts.get(10).path("causes").path("error").asInt()).isEqualTo(1);
    assertThat(parts.get(20).path("causes").path("silence").asInt()).isEqualTo(1);
    assertThat(parts.get(50).path("causes").path("stop").asInt()).isEqualTo(1);
    assertThat(parts.findValues("left").stream().mapToInt(JsonNode::asInt).sum()).isEqualTo(5);
  }

  @Test
  void withoutASessionThereAreNoParts() throws Exception {
    JsonNode map = read("?from=2020-01-01T00:00:00Z&to=2020-01-08T00:00:00Z");
    assertThat(map.path("n").asInt()).isZero();
    assertThat(map.path("parts")).isEmpty();
    assertThat(map.path("most_watched")).isEmpty();
  }

  @Test
  void exercisesThatWerePlayedAreListed() throws Exception {
    JsonNode list =
        api.get("/v1/clinic/exercises", Tokens.of(Role.SPECIALIST, ORG, UUID.randomUUID())).json();
    assertThat(list.path("exercises").get(0).path("exercise").asText()).isEqualTo(TestCoreApi.SLUG);
    assertThat(list.path("exercises").get(0).path("completed").path("count").asInt()).isEqualTo(2);
    assertThat(
            api.get(
                    "/v1/clinic/exercises/none-such/heatmap",
                    Tokens.of(Role.CLINIC_ADMIN, ORG, UUID.randomUUID()))
                .status())
        .isEqualTo(404);
  }
}
