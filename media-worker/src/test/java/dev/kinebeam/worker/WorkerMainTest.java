package dev.kinebeam.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHosts;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void personalVideosGoToCloudflareOnlyWithASigningKey() throws Exception {
    Map<String, String> env = new HashMap<>(OWN);
    env.put("PERSONAL_VIDEOS_BUCKET", "recordings");
    env.put("CLOUDFLARE_STREAM_CUSTOMER_CODE", "code");
    env.put("CLOUDFLARE_STREAM_ACCOUNT", "account");
    assertThatThrownBy(() -> config(env))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CLOUDFLARE_STREAM_SIGNING_KEY_ID")
        .hasMessageContaining("CLOUDFLARE_STREAM_SIGNING_KEY");
    Map<String, String> elsewhere = new HashMap<>(env);
    elsewhere.put("PERSONAL_VIDEO_HOST", "own");
    assertThat(config(elsewhere).personalVideos()).isPresent();
    env.put("CLOUDFLARE_STREAM_SIGNING_KEY_ID", "key");
    env.put("CLOUDFLARE_STREAM_SIGNING_KEY", pem());
    assertThat(config(env).personalVideos().orElseThrow().hostForNew()).isEqualTo("cloudflare");
  }

  private static String pem() throws NoSuchAlgorithmException {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
    keys.initialize(2048);
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(keys.generateKeyPair().getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  @ParameterizedTest
  @CsvSource({"-PT1S, false", "PT0S, false", "PT1H59M, false", "PT2H, true", "P30D, true"})
  void theGraceOutlivesEveryUpload(String grace, boolean good) {
    String flag = "--personal-video-grace=" + grace;
    if (good) {
      assertThat(config(Map.of(), flag)).isNotNull();
    } else {
      assertThatThrownBy(() -> config(Map.of(), flag))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--personal-video-grace is PT")
          .hasMessageEndingWith("must be PT2H or more");
    }
  }

  private static WorkerConfig config(Map<String, String> hosts, String... flags) {
    Map<String, String> env = new HashMap<>(hosts);
    env.put("DATABASE_PASSWORD", "database-secret");
    env.put("WEBHOOK_SECRET_KEY", "a key of thirty-two characters or more");
    List<String> line = new ArrayList<>(List.of(flags));
    line.add("--database-url=jdbc:postgresql://127.0.0.1:5432/kinebeam");
    line.add("--database-user=kb_worker");
    line.add("--kafka-bootstrap-servers=127.0.0.1:9092");
    WorkerConfig config = WorkerMain.configure(env, line.toArray(new String[0]));
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
