package dev.kinebeam.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class Utf8Test {
  @Property(tries = 5000)
  void agreesWithTheLibrary(@ForAll("bytes") byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    boolean broken =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, CharBuffer.allocate(bytes.length + 1), true)
            .isError();
    assertThat(Utf8.firstBroken(bytes, 0, bytes.length)).isEqualTo(broken ? in.position() : -1);
  }

  @Property
  void everyCharacterIsWhole(@ForAll String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(Utf8.firstBroken(bytes, 0, bytes.length)).isEqualTo(-1);
  }

  /** Bytes at which the rules change, so that whole sequences and their neighbours come often. */
  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.of(
            0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
            0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff)
        .list()
        .ofMaxSize(6)
        .map(
            list -> {
              byte[] bytes = new byte[list.size()];
              for (int i = 0; i < bytes.length; i++) {
                bytes[i] = list.get(i).byteValue();
              }
              return bytes;
            });
  }
}
