package dev.kinebeam.program.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class HttpAddressTest {
  @Test
  void anIpv6AddressStandsInBrackets() {
    assertThat(HttpAddress.of("::1", 8097)).isEqualTo("http://[::1]:8097");
    assertThat(HttpAddress.of("[fe80::2]", 80)).isEqualTo("http://[fe80::2]:80");
    assertThat(HttpAddress.of("::", 80)).isEqualTo("http://[::]:80");
    assertThat(URI.create(HttpAddress.of("::1", 8097)).getPort()).isEqualTo(8097);
  }

  @Test
  void namesAndIpv4AddressesStandAlone() {
    assertThat(HttpAddress.of("127.0.0.1", 8090)).isEqualTo("http://127.0.0.1:8090");
    assertThat(HttpAddress.of("clinic.example", 80)).isEqualTo("http://clinic.example:80");
  }
}
