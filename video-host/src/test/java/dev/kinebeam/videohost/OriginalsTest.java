package dev.kinebeam.videohost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.web.http.StreamedBody;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginalsTest {
  private static final UUID ID = new UUID(1, 2);

  @TempDir Path folder;
  private final AtomicInteger written = new AtomicInteger();

  private void write(UUID id, HlsRender render, Path file) throws IOException {
    written.incrementAndGet();
    Files.write(file, new byte[(int) render.fileBytes()]);
  }

  private static HlsRender render(char content) {
    return HlsRender.of(Samples.composition(content));
  }

  private static void open(Originals originals, char content) throws IOException {
    try (StreamedBody body = originals.of(ID, render(content))) {
      assertThat(body.bytes()).isEqualTo(render(content).fileBytes());
    }
  }

  @Test
  void aFileIsMadeOnceAndAnotherCompositionUnderTheSameIdHasItsOwn() throws IOException {
    try (Originals originals = new Originals(folder, 1 << 20, this::write)) {
      open(originals, 'a');
      open(originals, 'a');
      assertThat(written).hasValue(1);
      open(originals, 'b');
      assertThat(written).hasValue(2);
      assertThat(folder.toFile().list()).hasSize(2);
    }
  }

  @Test
  void filesStayWithinTheirBytes() throws IOException {
    long one = render('a').fileBytes();
    try (Originals originals = new Originals(folder, one * 23 / 10, this::write)) {
      for (char content : "abcd".toCharArray()) {
        open(originals, content);
        assertThat(folder.toFile().list()).hasSizeLessThanOrEqualTo(2);
      }
    }
    try (Originals small = new Originals(folder.resolve("small"), one, this::write)) {
      assertThatThrownBy(() -> open(small, 'a')).isInstanceOf(Originals.NoRoomException.class);
    }
    assertThat(written).hasValue(4);
  }
}
