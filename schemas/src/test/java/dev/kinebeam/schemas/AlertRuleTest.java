package dev.kinebeam.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tables and the interface name the rules as the enum does. */
class AlertRuleTest {
  private static final List<String> CODES =
      Arrays.stream(AlertRule.values()).map(AlertRule::code).toList();

  @Test
  void aRuleIsFoundByItsCodeAlone() {
    for (AlertRule rule : AlertRule.values()) {
      assertThat(AlertRule.find(rule.code())).contains(rule);
      assertThat(AlertRule.of(rule.code())).isEqualTo(rule);
      assertThat(AlertRule.find(rule.name())).isEmpty();
    }
    assertThatThrownBy(() -> AlertRule.of("slow"))
        .hasMessage(
            "no alert rule is called slow; the rules are"
                + " cdn_issue, content_quality, network_degradation");
  }

  @Test
  void theTablesTakeTheseCodes() throws IOException {
    Matcher check =
        Pattern.compile("rule +text NOT NULL CHECK \\(rule IN \\(([^)]+)\\)\\)")
            .matcher(resource("/db/migration/V7__alerts.sql"));
    int tables = 0;
    while (check.find()) {
      tables++;
      assertThat(check.group(1).replace("'", "").split(", ")).containsExactlyElementsOf(CODES);
    }
    assertThat(tables).isEqualTo(2);
  }

  @Test
  void theInterfaceTakesTheseCodes() throws IOException {
    List<JsonNode> rules =
        Json.MAPPER.readTree(resource("/openapi/core-api.json")).findValues("rule");
    List<List<String>> enums = new ArrayList<>();
    for (JsonNode rule : rules) {
      if (rule.has("enum")) {
        List<String> codes = new ArrayList<>();
        rule.get("enum").forEach(code -> codes.add(code.textValue()));
        enums.add(codes);
      }
    }
    assertThat(enums).hasSizeGreaterThanOrEqualTo(2).allMatch(CODES::equals);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = AlertRuleTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
