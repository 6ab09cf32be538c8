package dev.kinebeam.program.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private final Environment environment =
      Environment.of(Map.of("BUCKET", "assets", "REGION", " ", "PASSWORD", "", "KEY", "hidden"));

  @Test
  void whatIsSetToNothingIsNotSet() {
    assertThat(environment.optional("REGION")).isEmpty();
    assertThat(environment.orElse("REGION", "eu-central-1")).isEqualTo("eu-central-1");
    assertThat(environment.orElse("BUCKET", "other")).isEqualTo("assets");
  }

  @Test
  void aMissingVariableIsNamedWithTheRemedy() {
    assertThat(environment.required("BUCKET", "name the bucket")).isEqualTo("assets");
    assertThatThrownBy(() -> environment.required("REGION", "name the region"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("REGION is not set: name the region");
  }

  @Test
  void aPasswordMayBeSetToNothingAndNoValueIsPrinted() {
    assertThat(environment.secret("PASSWORD")).contains("");
    assertThat(environment.secret("OTHER_PASSWORD")).isEmpty();
    assertThat(environment.toString()).contains("KEY").doesNotContain("hidden");
  }
}
