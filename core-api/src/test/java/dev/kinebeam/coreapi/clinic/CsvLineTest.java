package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvLineTest {
  @Test
  void valuesAreJoinedAndQuotedWhereNeeded() {
    assertThat(CsvLine.of("a", 1, null, true, -2.5, "say \"hi\", twice"))
        .isEqualTo("a,1,,true,-2.5,\"say \"\"hi\"\", twice\"\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "\r=1",
        "\n@x",
        "＝1",
        "a;=1",
        "a\t=1",
        "a,+1",
        "a;\"=1",
        "a; =1",
        "a|=1",
        "\u00a0=1",
        "\ufeff=1",
        "a\n-1"
      })
  void noPartOfATextIsAFormula(String text) {
    assertThat(CsvLine.of(text))
        .doesNotContainPattern("(^|[;,|\\t\\r\\n])[\\s\"\\u00a0\\ufeff]*[=+\\-@＝]");
  }

  @Test
  void ordinaryTextsStayAsTheyAre() {
    assertThat(CsvLine.of("Ana-Maria", "a=b", "x@y.example", "Întindere ușoară"))
        .isEqualTo("Ana-Maria,a=b,x@y.example,\"Întindere ușoară\"\r\n");
  }
}
