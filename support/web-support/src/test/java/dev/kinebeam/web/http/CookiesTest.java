package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CookiesTest {
  @Test
  void areReadByTheirWholeName() {
    Optional<String> header = Optional.of("xa=1; a=2;b = 3 ; a=4; broken; =5; c==6=");
    assertThat(Cookies.value(header, "a")).contains("2");
    assertThat(Cookies.value(header, "b")).contains("3");
    assertThat(Cookies.value(header, "c")).contains("=6=");
    assertThat(Cookies.value(header, "broken")).isEmpty();
    assertThat(Cookies.value(Optional.empty(), "a")).isEmpty();
  }
}
