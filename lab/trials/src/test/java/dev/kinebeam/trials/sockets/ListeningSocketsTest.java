package dev.kinebeam.trials.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListeningSocketsTest {
  @Test
  void addressesAreReadAsLinuxWritesThem() throws Exception {
    assertThat(ListeningSockets.address("0100007F:1F90").toString()).isEqualTo("/127.0.0.1:8080");
    assertThat(ListeningSockets.address("00000000:0050").getAddress().isAnyLocalAddress()).isTrue();
    assertThat(ListeningSockets.address("0000000000000000FFFF00000100007F:1F91").toString())
        .isEqualTo("/127.0.0.1:8081");
    assertThat(
            ListeningSockets.address("00000000000000000000000001000000:1F91")
                .getAddress()
                .isLoopbackAddress())
        .isTrue();
    assertThat(
            ListeningSockets.address("00000000000000000000000000000000:1F91")
                .getAddress()
                .isLoopbackAddress())
        .isFalse();
  }
}
