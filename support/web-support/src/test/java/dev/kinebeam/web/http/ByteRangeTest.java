package dev.kinebeam.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.web.http.ByteRange.Wanted;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  private static final long SIZE = 1000;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0",
    "bytes=10-19, 10, 19",
    "bytes=990-, 990, 999",
    "bytes=990-5000, 990, 999",
    "bytes=-1, 999, 999",
    "bytes=-5000, 0, 999"
  })
  void one_range_is_served(String header, long first, long last) {
    assertThat(ByteRange.of(Optional.of(header), SIZE))
        .isEqualTo(new Wanted.Part(new ByteRange(first, last)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bytes=-", "bytes=20-10", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"})
  void anythingButASingleRangeGetsTheWholeFile(String header) {
    assertThat(ByteRange.of(Optional.of(header), SIZE)).isEqualTo(new Wanted.Whole());
  }

  @Test
  void nothing_can_be_served_beyond_the_end() {
    assertThat(ByteRange.of(Optional.of("bytes=1000-"), SIZE))
        .isEqualTo(new Wanted.Unsatisfiable());
    assertThat(ByteRange.of(Optional.of("bytes=-0"), SIZE)).isEqualTo(new Wanted.Unsatisfiable());
    assertThat(ByteRange.of(Optional.empty(), SIZE)).isEqualTo(new Wanted.Whole());
  }
}
