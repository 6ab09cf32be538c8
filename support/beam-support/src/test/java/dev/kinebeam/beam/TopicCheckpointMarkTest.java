package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

class TopicCheckpointMarkTest {
  private final TopicCheckpointMark.Bytes coder = new TopicCheckpointMark.Bytes();

  @Test
  void aMarkOfAnyNumberOfPartitionsComesBack() throws IOException {
    TopicCheckpointMark mark =
        new TopicCheckpointMark(
            true,
            List.of(
                new TopicCheckpointMark.Place(0, 17, -1),
                new TopicCheckpointMark.Place(12, 1L << 40, 1_764_000_000_000L)),
            null);

    assertThat(decoded(encoded(mark))).isEqualTo(mark);
    assertThat(decoded(encoded(TopicCheckpointMark.NONE))).isEqualTo(TopicCheckpointMark.NONE);
  }

  @Test
  void anotherLayoutIsRefusedByItsNumber() throws IOException {
    byte[] bytes = encoded(TopicCheckpointMark.NONE);
    bytes[0] = 9;

    assertThatThrownBy(() -> decoded(bytes)).hasMessageContaining("layout 9");
  }

  @Test
  void aMarkOfAnotherReaderIsRefusedAndTheWayOutNamed() throws Exception {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.as(KafkaAddress.class).setKafkaBootstrapServers("nowhere:1");
    TopicSource second =
        TopicSource.of("t", "g", Duration.standardSeconds(2)).split(1, options).get(1);
    TopicCheckpointMark mark =
        new TopicCheckpointMark(true, List.of(new TopicCheckpointMark.Place(0, 1, 1)), null);

    assertThatThrownBy(() -> second.createReader(options, mark))
        .hasMessageContaining("partition 0")
        .hasMessageContaining("--fresh");
  }

  private byte[] encoded(TopicCheckpointMark mark) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    coder.encode(mark, bytes);
    return bytes.toByteArray();
  }

  private TopicCheckpointMark decoded(byte[] bytes) throws IOException {
    return coder.decode(new ByteArrayInputStream(bytes));
  }
}
