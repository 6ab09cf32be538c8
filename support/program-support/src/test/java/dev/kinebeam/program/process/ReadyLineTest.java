package dev.kinebeam.program.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadyLineTest {
  @Test
  void what_one_process_writes_the_other_reads() {
    ReadyLine line = new ReadyLine("video-host", "0.1.0", 9100);
    assertThat(ReadyLine.parse(line.format() + "\r\n")).contains(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "KINEBEAM_READY",
        "KINEBEAM_READY service=kafka version= port=1",
        "KINEBEAM_READY service=kafka version=1 port=123456",
        "log: KINEBEAM_READY service=kafka version=1 port=1"
      })
  void other_output_is_not_taken_for_it(String line) {
    assertThat(ReadyLine.parse(line)).isEmpty();
  }
}
