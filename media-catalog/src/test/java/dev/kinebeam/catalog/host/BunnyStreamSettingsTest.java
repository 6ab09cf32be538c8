package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.retry.Retrier;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BunnyStreamSettingsTest {
  private static final Map<String, String> BUNNYS_OWN =
      Map.of(
          "BUNNY_STREAM_LIBRARY_ID", "133",
          "BUNNY_STREAM_API_KEY", "secret-api-key",
          "BUNNY_STREAM_CDN_HOSTNAME", "vz-1.b-cdn.net",
          "BUNNY_STREAM_TOKEN_KEY", "security-key");

  @Test
  void a_bare_host_name_is_reached_by_https_and_the_base_url_is_bunnys() {
    BunnyStreamSettings settings = BunnyStreamSettings.fromEnvironment(BUNNYS_OWN);
    assertThat(settings.baseUrl()).isEqualTo(URI.create("https://video.bunnycdn.com"));
    assertThat(settings.cdn()).isEqualTo(URI.create("https://vz-1.b-cdn.net"));
    assertThat(settings.toString()).doesNotContain("secret-api-key", "security-key");
  }

  @Test
  void what_is_missing_is_named() {
    assertThatThrownBy(() -> BunnyStreamSettings.fromEnvironment(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BUNNY_STREAM_CDN_HOSTNAME");
  }

  @Test
  void playback_is_signed_for_one_hour_or_public() {
    Instant now = Instant.parse("2025-12-31T23:00:00.9Z");
    BunnyStreamSettings settings = BunnyStreamSettings.fromEnvironment(BUNNYS_OWN);
    BunnyStream signing =
        new BunnyStream(
            settings,
            Retrier.of(BunnyStream.RETRIES),
            Clock.fixed(now, ZoneOffset.UTC),
            CollectionLock.ofThisProcess());
    Playback signed = signing.playback("0f8fad5b-d9cb-469f-a165-70867728950e");
    assertThat(signed.expires()).contains(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(signed.hls()).isEqualTo(BunnySignaturesTest.SIGNED_PLAYLIST);

    BunnyStreamSettings open =
        new BunnyStreamSettings(settings.baseUrl(), "133", "key", settings.cdn(), Optional.empty());
    assertThat(BunnyStream.open(open).playback("abc").hls())
        .isEqualTo(URI.create("https://vz-1.b-cdn.net/abc/playlist.m3u8"));
  }
}
