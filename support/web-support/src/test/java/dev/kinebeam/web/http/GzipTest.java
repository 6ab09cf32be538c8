package dev.kinebeam.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GzipTest {
  private static final int LIMIT = 1024 * 1024;
  private static final byte[] TEXT = "{\"event\":\"pause\"}".getBytes(UTF_8);

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] unpack(byte[] packed) throws Exception {
    return Gzip.unpack(packed, LIMIT, bytes -> {});
  }

  private static void assertMalformed(byte[] packed) {
    assertThatThrownBy(() -> unpack(packed)).isInstanceOf(Gzip.MalformedException.class);
  }

  @Test
  void emptyMembersAreUnpackedOneAfterTheOther() throws Exception {
    byte[] empty = gzip(new byte[0]);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 50_000; i++) {
      many.writeBytes(empty);
    }
    assertThat(unpack(join(many.toByteArray(), gzip(TEXT), many.toByteArray()))).isEqualTo(TEXT);
    assertThat(unpack(empty)).isEmpty();
  }

  @Test
  void everyPartOfAHeaderIsSkipped() throws Exception {
    byte[] plain = gzip(TEXT);
    byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
    byte[] head = {0x1f, (byte) 0x8b, 8, 0x02 | 0x04 | 0x08 | 0x10, 1, 2, 3, 4, 0, 3};
    byte[] fields = join(new byte[] {2, 0, 'x', 'y'}, "name\0comment\0".getBytes(UTF_8));
    CRC32 crc = new CRC32();
    crc.update(join(head, fields));
    byte[] checksum = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
    assertThat(unpack(join(head, fields, checksum, body))).isEqualTo(TEXT);
    checksum[0]++;
    assertMalformed(join(head, fields, checksum, body));
  }

  @Test
  void nothingMayFollow() {
    assertMalformed(join(gzip(TEXT), new byte[] {0}));
    assertMalformed(join(gzip(TEXT), new byte[100]));
    assertMalformed(join(gzip(TEXT), TEXT));
    assertMalformed(join(gzip(TEXT), new byte[] {0x1f, (byte) 0x8b}));
  }

  @Test
  void whatIsCutOffIsRefusedWhereverItEnds() {
    byte[] whole = gzip(TEXT);
    for (int length = 0; length < whole.length; length++) {
      assertMalformed(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void aWrongChecksumOrLengthIsFound() {
    byte[] whole = gzip(TEXT);
    for (int i = whole.length - 8; i < whole.length; i++) {
      byte[] wrong = whole.clone();
      wrong[i] ^= 0x40;
      assertMalformed(wrong);
    }
    byte[] reserved = whole.clone();
    reserved[3] = (byte) 0x80;
    assertMalformed(reserved);
  }

  @Test
  void aBombIsUnpackedToTheLimitOnly() throws Exception {
    byte[] bomb = gzip(new byte[64 * LIMIT]);
    assertThat(unpack(bomb)).hasSize(LIMIT + 1);
    assertThat(unpack(join(bomb, bomb))).hasSize(LIMIT + 1);
    assertThat(unpack(gzip(new byte[LIMIT]))).hasSize(LIMIT);
    assertThat(unpack(join(gzip(new byte[LIMIT]), gzip(new byte[1])))).hasSize(LIMIT + 1);
  }

  @Test
  void roomIsAskedForBeforeItIsHeld() {
    byte[] packed = gzip(new byte[LIMIT]);
    assertThatThrownBy(
            () ->
                Gzip.unpack(
                    packed,
                    LIMIT,
                    bytes -> {
                      throw Problem.unavailable("no room", 1);
                    }))
        .isInstanceOf(Problem.class);
  }

  @Property(tries = 300)
  void whatWasPackedComesBack(@ForAll @Size(max = 20) byte[][] parts) throws Exception {
    byte[][] packed = Arrays.stream(parts).map(GzipTest::gzip).toArray(byte[][]::new);
    if (packed.length > 0) {
      assertThat(unpack(join(packed))).isEqualTo(join(parts));
    }
  }

  @Property(tries = 1000)
  void noBytesBreakIt(@ForAll byte[] bytes) {
    byte[] packed = join(new byte[] {0x1f, (byte) 0x8b, 8}, bytes);
    try {
      assertThat(unpack(packed)).isNotNull();
    } catch (Exception e) {
      assertThat(e).isInstanceOf(Gzip.MalformedException.class);
    }
  }
}
