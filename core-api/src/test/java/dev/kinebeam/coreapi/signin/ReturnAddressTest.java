package dev.kinebeam.coreapi.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"/", "/clinic?by=day&x=%2F", "/session?id=1#t=2", "/a//b"})
  void pathsOfThisServerAreKept(String address) {
    assertThat(ReturnAddress.of(Optional.of(address))).contains(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "//e.example",
        "/\\e.example",
        "https://e.example",
        "/a\n",
        "/\t/e",
        "/ș"
      })
  void whatMayLeadElsewhereIsNot(String address) {
    assertThat(ReturnAddress.of(Optional.of(address))).isEmpty();
  }

  @Test
  void longOnesAreNot() {
    assertThat(ReturnAddress.of(Optional.of("/" + "a".repeat(1000)))).isEmpty();
  }
}
