package dev.kinebeam.program.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class StrictUuidTest {
  @Test
  void takesEveryUuidInAnyCase() {
    UUID id = UUID.randomUUID();
    assertThat(StrictUuid.parse(id.toString())).isEqualTo(id);
    assertThat(StrictUuid.parse("AAAAAAAA-0000-4000-8000-00000000000F"))
        .isEqualTo(UUID.fromString("aaaaaaaa-0000-4000-8000-00000000000f"));
  }

  @Test
  void refusesWhatTheJdkWouldComplete() {
    for (String text :
        new String[] {
          "1-1-1-1-1",
          "",
          "x",
          "aaaaaaaa-0000-4000-8000-0000000000001",
          "aaaaaaaaa-000-4000-8000-000000000001",
          "aaaaaaaa-0000-4000-8000-00000000000g",
          "{aaaaaaaa-0000-4000-8000-000000000001}",
          " aaaaaaaa-0000-4000-8000-000000000001",
        }) {
      assertThatThrownBy(() -> StrictUuid.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
