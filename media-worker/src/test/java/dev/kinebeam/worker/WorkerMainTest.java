package dev.kinebeam.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHosts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerMainTest {
  private static final Map<String, String> OWN =
      Map.of(
          "VIDEO_HOST_URL", "http://127.0.0.1:8095",
          "VIDEO_HOST_API_KEY", "api-secret",
          "VIDEO_HOST_TOKEN_KEY", "token-secret");
  private static final Map<String, String> BUNNY =
      Map.of(
          "BUNNY_STREAM_LIBRARY_ID", "7",
          "BUNNY_STREAM_API_KEY", "bunny-secret",
          "BUNNY_STREAM_CDN_HOSTNAME", "vz-1.b-cdn.net");

  @Test
  void videosAreRemovedAtEveryHostThatTheEnvironmentNames() {
    assertThat(hosts(Map.of(), Map.of())).isEmpty();
    assertThat(hosts(OWN, Map.of())).containsExactly("own");
    assertThat(hosts(Map.of(), BUNNY)).containsExactly("bunny");
    assertThat(hosts(OWN, BUNNY)).containsExactly("own", "bunny");
  }

  @Test
  void aHostThatIsHalfNamedIsRefusedByItsVariable() {
    assertThatThrownBy(() -> hosts(Map.of("VIDEO_HOST_URL", "http://127.0.0.1:8095"), BUNNY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("VIDEO_HOST_TOKEN_KEY");
  }

  @Test
  void personalVideosGoToTheHostThatIsNamedOrToThatOfNewVideos() {
    Map<String, String> env = new HashMap<>(OWN);
    env.putAll(BUNNY);
    assertThat(config(env).personalVideos()).isEmpty();
    env.put("PERSONAL_VIDEOS_BUCKET", "recordings");
    env.put("VIDEO_HOST", "own");
    assertThat(config(env).personalVideos().orElseThrow().hostForNew()).isEqualTo("own");
    env.put("PERSONAL_VIDEO_HOST", "bunny");
    assertThat(config(env).personalVideos().orElseThrow().hostForNew()).isEqualTo("bunny");
    env.put("PERSONAL_VIDEO_HOST", "elsewhere");
    assertThatThrownBy(() -> config(env))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PERSONAL_VIDEO_HOST is elsewhere");
  }

  private static WorkerConfig config(Map<String, String> hosts) {
    Map<String, String> env = new HashMap<>(hosts);
    env.put("DATABASE_PASSWORD", "database-secret");
    env.put("WEBHOOK_SECRET_KEY", "a key of thirty-two characters or more");
    WorkerConfig config =
        WorkerMain.configure(
            env,
            "--database-url=jdbc:postgresql://127.0.0.1:5432/kinebeam",
            "--database-user=kb_worker",
            "--kafka-bootstrap-servers=127.0.0.1:9092");
    assertThat(config.toString()).doesNotContain("-secret");
    return config;
  }

  private static List<String> hosts(Map<String, String> own, Map<String, String> bunny) {
    Map<String, String> env = new HashMap<>(own);
    env.putAll(bunny);
    return config(env)
        .videoHosts()
        .map(VideoHosts::open)
        .map(VideoHosts::all)
        .orElse(List.of())
        .stream()
        .map(VideoHost::name)
        .toList();
  }
}
