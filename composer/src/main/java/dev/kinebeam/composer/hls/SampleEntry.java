package dev.kinebeam.composer.hls;

import dev.kinebeam.schemas.render.Composition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * The {@code stsd} box of one quality (ISO/IEC 14496-12, 8.5.2): one {@code avc1} entry with the
 * decoder's configuration (14496-15, 5.3.3), of the size that its rung names.
 */
final class SampleEntry {
  private static final int HEADER = 8;
  private static final int ENTRY = 16;

  /** Of the visual sample entry, from its own beginning on. */
  private static final int WIDTH = 32;

  private static final int CHILDREN = 86;

  private final Composition.Rung rung;
  private final byte[] stsd;
  private final ByteBuffer bytes;
  private final int avcC;

  private SampleEntry(Composition.Rung rung) {
    this.rung = rung;
    this.stsd = Base64.getDecoder().decode(rung.sampleEntry());
    this.bytes = ByteBuffer.wrap(stsd);
    requireBox("stsd", 0, stsd.length);
    require(bytes.getInt(ENTRY - 4) == 1, "it has %d entries", bytes.getInt(ENTRY - 4));
    requireBox("avc1", ENTRY, stsd.length - ENTRY);
    int width = bytes.getShort(ENTRY + WIDTH);
    int height = bytes.getShort(ENTRY + WIDTH + 2);
    require(
        width == rung.width() && height == rung.height(), "it is of %dx%d pixels", width, height);
    this.avcC = configuration();
  }

  /**
   * Reads that of a rung.
   *
   * @throws IllegalArgumentException naming the rung when its sample entry is not such a box
   */
  static SampleEntry of(Composition.Rung rung) {
    try {
      return new SampleEntry(rung);
    } catch (IndexOutOfBoundsException e) {
      throw wrong(rung, "its boxes are cut short", e);
    } catch (IllegalArgumentException e) {
      throw wrong(rung, e.getMessage(), e);
    }
  }

  private int configuration() {
    int at = ENTRY + CHILDREN;
    while (bytes.getInt(at + 4) != type("avcC")) {
      int size = bytes.getInt(at);
      require(size >= HEADER && size <= stsd.length - at, "it has a box of %d bytes", size);
      at += size;
    }
    int content = at + HEADER;
    int end = at + bytes.getInt(at);
    require(bytes.get(content) == 1, "its configuration has version %d", bytes.get(content));
    int next = parameterSets(content + 6, bytes.get(content + 5) & 31);
    next = parameterSets(next + 1, bytes.get(next));
    require(end <= stsd.length && next <= end, "its parameter sets end at byte %d", next);
    return content;
  }

  /** Returns where so many of them end. */
  private int parameterSets(int from, int count) {
    require(count > 0, "its configuration has %d sets of parameters", count);
    int at = from;
    for (int i = 0; i < count; i++) {
      at += 2 + Short.toUnsignedInt(bytes.getShort(at));
    }
    return at;
  }

  private void requireBox(String type, int at, int size) {
    require(
        size > 0 && bytes.getInt(at) == size && bytes.getInt(at + 4) == type(type),
        "there is no whole %s box at byte %d",
        type,
        at);
  }

  private static int type(String fourcc) {
    return ByteBuffer.wrap(fourcc.getBytes(StandardCharsets.US_ASCII)).getInt();
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
    }
  }

  private static IllegalArgumentException wrong(
      Composition.Rung rung, String reason, RuntimeException cause) {
    return new IllegalArgumentException(
        "the sample entry of %s (%dx%d) cannot be used: %s"
            .formatted(rung.label(), rung.width(), rung.height(), reason),
        cause);
  }

  /** The whole box; not to be changed. */
  byte[] stsd() {
    return stsd;
  }

  int width() {
    return rung.width();
  }

  int height() {
    return rung.height();
  }

  /** As RFC 6381 writes it: {@code avc1.} with profile, constraints and level. */
  String codec() {
    return String.format(
        Locale.ROOT,
        "avc1.%02x%02x%02x",
        bytes.get(avcC + 1),
        bytes.get(avcC + 2),
        bytes.get(avcC + 3));
  }
}
