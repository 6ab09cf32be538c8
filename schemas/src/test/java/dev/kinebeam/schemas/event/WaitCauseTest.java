package dev.kinebeam.schemas.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.Json;
import org.junit.jupiter.api.Test;

class WaitCauseTest {
  @Test
  void savedStateOfEarlierReleasesIsRead() throws Exception {
    assertThat(Json.MAPPER.writeValueAsString(WaitCause.STARTUP)).isEqualTo("\"startup\"");
    assertThat(Json.MAPPER.readValue("\"startup\"", WaitCause.class)).isEqualTo(WaitCause.STARTUP);
    assertThat(Json.MAPPER.readValue("\"STARTUP\"", WaitCause.class)).isEqualTo(WaitCause.STARTUP);
  }
}
