package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptEncodingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip",
        "GZIP",
        "br, gzip;q=0.5",
        "x-gzip",
        "*",
        "br;q=1, *;q=0.1",
        "gzip;q=0.001"
      })
  void takesGzip(String header) {
    assertThat(AcceptEncoding.takesGzip(Optional.of(header))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "br", "identity", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "br, gzip ; q = 0"})
  void doesNot(String header) {
    assertThat(AcceptEncoding.takesGzip(Optional.of(header))).isFalse();
  }

  @Test
  void withoutTheHeaderNothingIsPacked() {
    assertThat(AcceptEncoding.takesGzip(Optional.empty())).isFalse();
  }
}
