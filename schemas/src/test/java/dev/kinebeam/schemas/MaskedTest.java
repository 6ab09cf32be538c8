package dev.kinebeam.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskedTest {
  @Test
  void theRestOfAnAddressStays() {
    assertThat(Masked.address("jdbc:postgresql://db:5432/x?ssl=true&user=me"))
        .isEqualTo("jdbc:postgresql://db:5432/x?ssl=true&user=me");
    assertThat(Masked.address(null)).isEqualTo("null");
  }

  @Test
  void nothingStaysThatStandsBeforeTheHost() {
    assertThat(Masked.address("jdbc:postgresql://me:a/b@c@db/x"))
        .isEqualTo("jdbc:postgresql://***@db/x");
  }

  @Test
  void secretParametersLoseTheirValues() {
    assertThat(Masked.address("https://h/p?a=1&access_token=two&Password=three;pwd=4#key=five"))
        .isEqualTo("https://h/p?a=1&access_token=***&Password=***;pwd=***#key=***");
  }

  @Test
  void anAddressThatTheDriverQuotesIsMasked() {
    String url = "jdbc:postgresql://db/kb?sslmode=disable&password=ge%zzheim";
    assertThat(Masked.message("Unable to parse URL " + url, url))
        .doesNotContain("heim")
        .startsWith("Unable to parse URL jdbc:postgresql://db/kb");
    assertThat(Masked.message("connection refused", url)).isEqualTo("connection refused");
    assertThat(Masked.message(null, url)).isNull();
  }
}
