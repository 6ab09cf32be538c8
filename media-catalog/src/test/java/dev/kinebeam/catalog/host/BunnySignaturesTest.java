package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Expected values were made with {@code openssl dgst -sha256 -hmac}, not with our code. */
class BunnySignaturesTest {
  private static final String FOLDER = "/0f8fad5b-d9cb-469f-a165-70867728950e/";
  private static final Instant EXPIRES = Instant.ofEpochSecond(1767225600);
  private static final String TOKEN = "HS256-Xk0u7ecAF8FciHzFYlAY035MepZEhlfvQk0jPLg5HNc";

  static final URI SIGNED_PLAYLIST =
      URI.create(
          "https://vz-1.b-cdn.net/bcdn_token="
              + TOKEN
              + "&token_path=%2F0f8fad5b-d9cb-469f-a165-70867728950e%2F&expires=1767225600"
              + FOLDER
              + "playlist.m3u8");

  @Test
  void a_folder_s_token_is_the_hmac_of_path_expiry_and_parameters() {
    assertThat(BunnySignatures.folderToken("security-key", FOLDER, EXPIRES)).isEqualTo(TOKEN);
  }

  @Test
  void theTokenIsInThePathWhereRelativeSegmentsInheritIt() {
    URI cdn = URI.create("https://vz-1.b-cdn.net");
    URI playlist =
        BunnySignatures.signedAddress(cdn, "security-key", FOLDER, "playlist.m3u8", EXPIRES);
    assertThat(playlist).isEqualTo(SIGNED_PLAYLIST);
    assertThat(playlist.resolve("720p/video.m3u8").toString())
        .contains("bcdn_token=" + TOKEN)
        .endsWith(FOLDER + "720p/video.m3u8");
  }

  @Test
  void a_webhook_is_signed_over_its_raw_body() {
    String body =
        "{\"VideoLibraryId\":133,\"VideoGuid\":\"657bb740-a71b-4529-a012-528021c31a92\",\"Status\":3}";
    assertThat(BunnySignatures.webhook("read-only-key", body.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("95ba721a9a8ee56efa4ce19d45dba902747c0effc76c76a6d3d316f1f332cfd8");
  }
}
