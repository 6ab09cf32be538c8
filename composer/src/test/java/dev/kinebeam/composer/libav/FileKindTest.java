package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MP4s whose boxes lie about their sizes. */
class FileKindTest {
  @TempDir Path folder;

  private static ByteBuffer start(int bytesBehind) {
    ByteBuffer file = ByteBuffer.allocate(16 + bytesBehind);
    box(file, 16, "ftyp");
    return file.put("isom".getBytes(StandardCharsets.ISO_8859_1)).putInt(0);
  }

  private static ByteBuffer box(ByteBuffer out, int size, String type) {
    return out.putInt(size).put(type.getBytes(StandardCharsets.ISO_8859_1));
  }

  private boolean hasNoIndex(ByteBuffer file) throws IOException {
    Path path = folder.resolve("a.mp4");
    byte[] bytes = new byte[file.capacity()];
    file.rewind().get(bytes);
    Files.write(path, bytes);
    return FileKind.refusal(path).filter(why -> why.contains("has no index")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 15, Long.MIN_VALUE, -1, 0, 7, 1 << 20})
  void aSizeBeyondTheFileEndsTheWalk(long size) throws IOException {
    ByteBuffer file = start(16);
    box(file, 1, "free").putLong(size);
    assertThat(hasNoIndex(file)).isTrue();
  }

  @Test
  void anIndexIsFoundBehindABoxOf64BitsOfSizeAndAtTheFilesEnd() throws IOException {
    ByteBuffer file = start(24);
    box(box(file, 1, "free").putLong(16), 0, "moov");
    assertThat(hasNoIndex(file)).isFalse();
  }

  @Test
  void theWalkEnds() throws IOException {
    ByteBuffer file = start(8 * 20_001);
    for (int i = 0; i < 20_000; i++) {
      box(file, 8, "free");
    }
    box(file, 8, "moov");
    assertThat(hasNoIndex(file)).isTrue();
  }
}
