package dev.kinebeam.programs.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  @Test
  void a_taken_port_is_left_to_whoever_has_it() throws Exception {
    try (ServerSocket other = new ServerSocket()) {
      other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int taken = other.getLocalPort();
      assertThat(new FreePorts(PortChoice.USUAL_OR_FREE).usualOrFree(taken)).isNotEqualTo(taken);
    }
  }

  @Test
  void a_free_usual_port_is_given_once() throws Exception {
    int usual = new FreePorts(PortChoice.FREE).free();
    FreePorts ports = new FreePorts(PortChoice.USUAL_OR_FREE);
    assertThat(ports.usualOrFree(usual)).isEqualTo(usual);
    assertThat(ports.usualOrFree(usual)).isNotEqualTo(usual);
    assertThat(new FreePorts(PortChoice.FREE).usualOrFree(usual)).isNotEqualTo(usual);
  }
}
