package dev.kinebeam.composer.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.schemas.render.Composition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleEntryTest {
  private static final byte[] WHOLE = whole();

  private static byte[] whole() {
    byte[] avcC = {1, 0x64, 0, 0x1f, -1, -31, 0, 2, 0x67, 1, 1, 0, 2, 0x68, 2};
    ByteBuffer box = ByteBuffer.allocate(16 + 86 + 8 + avcC.length);
    box.putInt(box.capacity()).put(ascii("stsd")).putInt(0).putInt(1);
    box.putInt(box.capacity() - 16).put(ascii("avc1"));
    box.putShort(48, (short) 1280).putShort(50, (short) 720);
    box.position(16 + 86).putInt(8 + avcC.length).put(ascii("avcC")).put(avcC);
    return box.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static SampleEntry read(byte[] box, int width, int height) {
    String base64 = Base64.getEncoder().encodeToString(box);
    return SampleEntry.of(new Composition.Rung("720p", width, height, base64, List.of()));
  }

  @Test
  void itNamesTheCodecAndTheSize() {
    SampleEntry entry = read(WHOLE, 1280, 720);
    assertThat(entry.codec()).isEqualTo("avc1.64001f");
    assertThat(entry.width()).isEqualTo(1280);
    assertThat(entry.height()).isEqualTo(720);
  }

  @Test
  void theSizeMustBeThatOfTheRung() {
    assertThatThrownBy(() -> read(WHOLE, 1280, 722))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("720p (1280x722)", "1280x720 pixels");
  }

  @ParameterizedTest
  @CsvSource({
    "3, 9, stsd",
    "5, 0, stsd",
    "15, 2, entries",
    "19, 9, avc1",
    "21, 0, avc1",
    "105, 0, box of 0",
    "107, 0, cut short",
    "110, 2, version",
    "115, -32, 0 sets",
    "117, 99, cut short",
    "122, 99, end at",
    "105, 7, box of"
  })
  void whatIsNotSuchABoxIsRefused(int at, byte wrong, String reason) {
    byte[] box = WHOLE.clone();
    box[at] = wrong;
    if (at == 105) {
      box[106] = 'x';
    }
    assertThatThrownBy(() -> read(box, 1280, 720))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("720p", reason);
  }

  /** Whatever comes, it is used or refused, and never anything else. */
  @Test
  void noBytesLeadToAnotherFailure() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] box = WHOLE.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        box[random.nextInt(box.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(read(box, 1280, 720).codec()).startsWith("avc1.");
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageContaining("720p");
      }
    }
  }
}
