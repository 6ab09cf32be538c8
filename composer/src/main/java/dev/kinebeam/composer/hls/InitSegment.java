package dev.kinebeam.composer.hls;

import static dev.kinebeam.composer.compose.BoxWriter.box;
import static dev.kinebeam.composer.compose.BoxWriter.int32s;

import dev.kinebeam.composer.compose.BoxWriter;

/** What a player reads before the first segment: the codec's parameters, and no samples. */
final class InitSegment {
  private static final long[] UNITY_MATRIX = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
  private static final int MOVIE_TIMESCALE = 1000;
  private static final int LANGUAGE_UNDETERMINED = 0x55c4;

  private InitSegment() {}

  /**
   * @param skipTicks how late the first picture is shown by its own times; an edit list takes it
   *     off
   */
  static byte[] ofPictures(SampleEntry entry, int timescale, int skipTicks) {
    byte[] header = box("vmhd", int32s(1, 0, 0));
    return of("vide", header, entry.width(), entry.height(), 0, skipTicks, entry.stsd(), timescale);
  }

  /**
   * @param skipTicks how much at the beginning a decoder needs and a player does not play; an edit
   *     list takes it off
   */
  static byte[] ofSound(byte[] stsd, int timescale, int skipTicks) {
    return of("soun", box("smhd", int32s(0, 0)), 0, 0, 0x0100, skipTicks, stsd, timescale);
  }

  private static byte[] of(
      String handler,
      byte[] mediaHeader,
      int width,
      int height,
      int volume,
      int skipTicks,
      byte[] stsd,
      int timescale) {
    byte[] edits = box("edts", box("elst", int32s(0, 1, 0, skipTicks, 0x10000)));
    byte[] stbl =
        box(
            "stbl",
            stsd,
            box("stts", int32s(0, 0)),
            box("stsc", int32s(0, 0)),
            box("stsz", int32s(0, 0, 0)),
            box("stco", int32s(0, 0)));
    byte[] name =
        new BoxWriter()
            .int32(0)
            .int32(0)
            .ascii(handler)
            .int32(0)
            .int32(0)
            .int32(0)
            .int8(0)
            .toBytes();
    byte[] mdia =
        box(
            "mdia",
            box("mdhd", int32s(0, 0, 0, timescale, 0, (long) LANGUAGE_UNDETERMINED << 16)),
            box("hdlr", name),
            box(
                "minf",
                mediaHeader,
                box("dinf", box("dref", int32s(0, 1), box("url ", int32s(1)))),
                stbl));
    byte[] tkhd =
        box(
            "tkhd",
            int32s(3, 0, 0, 1, 0, 0, 0, 0, 0, (long) volume << 16),
            int32s(UNITY_MATRIX),
            int32s((long) width << 16, (long) height << 16));
    byte[] mvhd =
        box(
            "mvhd",
            int32s(0, 0, 0, MOVIE_TIMESCALE, 0, 0x10000, 0x01000000, 0, 0),
            int32s(UNITY_MATRIX),
            int32s(0, 0, 0, 0, 0, 0, 2));
    return new BoxWriter()
        .bytes(box("ftyp", new BoxWriter().ascii("iso6").int32(0).ascii("iso6cmfcmp41").toBytes()))
        .bytes(
            box(
                "moov",
                mvhd,
                box("trak", tkhd, edits, mdia),
                box("mvex", box("trex", int32s(0, 1, 1, 0, 0, 0)))))
        .toBytes();
  }
}
