package dev.kinebeam.schemas.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.RenderResult.RenderTimings;
import dev.kinebeam.schemas.render.RenderResult.Status;
import dev.kinebeam.schemas.render.RenderResult.Video;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RenderResultTest {
  private static final RenderKey KEY = new RenderKey("squat", "00ff", "ro", 3);
  private static final UUID ID = UUID.fromString("0b1c2d3e-0000-5000-8000-000000000001");

  private static void isReadAsWritten(RenderResult result, String json) throws Exception {
    assertThat(new String(Json.bytes(result), UTF_8)).isEqualTo(json);
    assertThat(Json.MAPPER.readValue(json, RenderResult.class)).isEqualTo(result);
  }

  @Test
  void aReadyResultIsOneFlatObject() throws Exception {
    isReadAsWritten(
        new RenderResult(
            ID,
            Status.READY,
            KEY,
            new Video("bunny", "v1", "https://cdn/v1.m3u8", null, 13.6, 408L),
            null,
            List.of(),
            new RenderTimings(1, 2, 3),
            null),
        "{\"render_id\":\"0b1c2d3e-0000-5000-8000-000000000001\",\"status\":\"ready\","
            + "\"exercise\":\"squat\",\"recipe_hash\":\"00ff\",\"language\":\"ro\","
            + "\"asset_version\":3,\"host\":\"bunny\",\"host_video_id\":\"v1\","
            + "\"playback_hls_url\":\"https://cdn/v1.m3u8\",\"duration_seconds\":13.6,"
            + "\"frames\":408,\"segments\":[],\"timings\":{\"normalise_seconds\":1.0,"
            + "\"compose_seconds\":2.0,\"publish_seconds\":3.0}}");
  }

  @Test
  void aFailedResultHasNoVideo() throws Exception {
    isReadAsWritten(
        new RenderResult(ID, Status.FAILED, KEY, Video.NONE, null, null, null, "no intro"),
        "{\"render_id\":\"0b1c2d3e-0000-5000-8000-000000000001\",\"status\":\"failed\","
            + "\"exercise\":\"squat\",\"recipe_hash\":\"00ff\",\"language\":\"ro\","
            + "\"asset_version\":3,\"error\":\"no intro\"}");
  }
}
