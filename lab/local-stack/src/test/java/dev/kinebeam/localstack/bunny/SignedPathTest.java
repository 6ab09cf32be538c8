package dev.kinebeam.localstack.bunny;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignedPathTest {
  /** Made with openssl for the key {@code security-key}. */
  private static final String SIGNED =
      "/bcdn_token=HS256-Xk0u7ecAF8FciHzFYlAY035MepZEhlfvQk0jPLg5HNc"
          + "&token_path=%2F0f8fad5b-d9cb-469f-a165-70867728950e%2F&expires=1767225600"
          + "/0f8fad5b-d9cb-469f-a165-70867728950e/1080p/segment0.m4s";

  private static final Instant IN_TIME = Instant.ofEpochSecond(1767225599);

  @Test
  void a_token_opens_every_file_of_its_folder_until_it_expires() {
    SignedPath path = SignedPath.parse(SIGNED);
    assertThat(path.file()).isEqualTo("/0f8fad5b-d9cb-469f-a165-70867728950e/1080p/segment0.m4s");
    assertThat(path.opens("security-key", IN_TIME)).isTrue();
    assertThat(path.opens("security-key", IN_TIME.plusSeconds(1))).isFalse();
    assertThat(path.opens("another-key", IN_TIME)).isFalse();
  }

  @Test
  void nothing_else_is_opened() {
    assertThat(opens(SIGNED.replace("expires=1767225600", "expires=1767225601"))).isFalse();
    assertThat(opens(SIGNED.replace("expires=1767225600", "expires=soon"))).isFalse();
    assertThat(opens(SIGNED.replace("950e/1080p", "950f/1080p"))).isFalse();
    assertThat(opens(SIGNED.replace("%2F0f8fad5b-d9cb-469f-a165-70867728950e%2F", "%2F")))
        .isFalse();
    assertThat(opens("/0f8fad5b-d9cb-469f-a165-70867728950e/playlist.m3u8")).isFalse();
    assertThat(opens("/bcdn_token=")).isFalse();
    assertThat(opens("/")).isFalse();
  }

  private static boolean opens(String rawPath) {
    return SignedPath.parse(rawPath).opens("security-key", IN_TIME);
  }
}
