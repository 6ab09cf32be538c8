package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.of(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8"));

  private static String client(String peer, List<String> forwarded, List<String> forwardedFor)
      throws Exception {
    return PROXIES.client(InetAddress.getByName(peer), forwarded, forwardedFor).getHostAddress();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          203.0.113.9 | 198.51.100.1                            | 203.0.113.9
          10.1.2.3    | 198.51.100.1                            | 198.51.100.1
          192.0.2.7   | 198.51.100.1                            | 198.51.100.1
          192.0.2.8   | 198.51.100.1                            | 192.0.2.8
          10.1.2.3    | 1.1.1.1, 198.51.100.1                   | 198.51.100.1
          10.1.2.3    | 198.51.100.1, 10.9.9.9                  | 198.51.100.1
          10.1.2.3    | 10.9.9.9                                | 10.9.9.9
          10.1.2.3    | 198.51.100.1:4711                       | 198.51.100.1
          10.1.2.3    | [2001:db8::1]:4711                      | 2001:db8:0:0:0:0:0:1
          10.1.2.3    | 2001:db8::1                             | 2001:db8:0:0:0:0:0:1
          10.1.2.3    | ::ffff:198.51.100.1                     | 198.51.100.1
          10.1.2.3    | 198.51.100.1, unknown                   | 10.1.2.3
          10.1.2.3    | example.com                             | 10.1.2.3
          10.1.2.3    | 1.2.3.4.5                               | 10.1.2.3
          10.1.2.3    | 999.1.1.1                               | 10.1.2.3
          fd00::1     | 198.51.100.1                            | 198.51.100.1
          """)
  void forwardedForIsBelievedBackToTheFirstStranger(String peer, String field, String expected)
      throws Exception {
    assertThat(client(peer, List.of(), List.of(field))).isEqualTo(expected);
  }

  @Test
  void isPrintedAsItsNetworks() {
    assertThat(PROXIES).hasToString("[10.0.0.0/8, 192.0.2.7/32, fd00:0:0:0:0:0:0:0/8]");
    assertThat(TrustedProxies.NONE).hasToString("[]");
  }

  @Test
  void whereTheTwoFieldsDifferNeitherIsBelieved() throws Exception {
    List<String> forwarded = List.of("for=8.8.8.8");
    assertThat(client("10.1.2.3", forwarded, List.of("203.0.113.7"))).isEqualTo("10.1.2.3");
    assertThat(client("10.1.2.3", forwarded, List.of("1.1.1.1, 8.8.8.8"))).isEqualTo("8.8.8.8");
  }

  @Test
  void forwardedIsReadAsForwardedForIs() throws Exception {
    List<String> forwarded =
        List.of("for=1.1.1.1;proto=https", "For=\"[2001:db8::1]:4711\";by=10.0.0.1, for=10.0.0.2");
    assertThat(client("10.1.2.3", forwarded, List.of())).isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(client("10.1.2.3", List.of("for=_hidden"), List.of())).isEqualTo("10.1.2.3");
    assertThat(client("10.1.2.3", List.of("proto=https"), List.of("9.9.9.9")))
        .isEqualTo("10.1.2.3");
  }

  @Test
  void fieldsAreOneListInOrder() throws Exception {
    assertThat(client("10.1.2.3", List.of(), List.of("9.9.9.9", "8.8.8.8"))).isEqualTo("8.8.8.8");
  }

  @Test
  void aSiteIsAnAddressOrAnIpv6Network() throws Exception {
    assertThat(site("198.51.100.1")).isNotEqualTo(site("198.51.100.2"));
    assertThat(site("2001:db8::1")).isEqualTo(site("2001:db8::ffff:2"));
    assertThat(site("2001:db8::1")).isNotEqualTo(site("2001:db8:0:1::1"));
  }

  private static Object site(String address) throws Exception {
    return TrustedProxies.site(InetAddress.getByName(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/33", "10.0.0/8", "proxy.example", "fd00::/129", "10.0.0.0/-1", "/"})
  void whatIsNotANetworkIsNamed(String wrong) {
    assertThatThrownBy(() -> TrustedProxies.of(List.of(wrong)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GATEWAY_TRUSTED_PROXIES")
        .hasMessageContaining(wrong);
  }
}
