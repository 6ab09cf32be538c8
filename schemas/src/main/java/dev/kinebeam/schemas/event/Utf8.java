package dev.kinebeam.schemas.event;

/** Whether bytes are UTF-8. JSON parsers do not check the texts that no caller reads. */
final class Utf8 {
  private Utf8() {}

  /**
   * The place of the first byte that is not part of a well-formed sequence (Unicode 15, table 3-7),
   * or -1.
   */
  static int firstBroken(byte[] in, int from, int to) {
    if (isAscii(in, from, to)) {
      return -1;
    }
    int at = from;
    while (at < to) {
      if (in[at] >= 0) {
        at++;
        continue;
      }
      int length = sequence(in, at, to);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return -1;
  }

  /** What most events are; a loop that the compiler makes fast. */
  private static boolean isAscii(byte[] in, int from, int to) {
    int all = 0;
    for (int i = from; i < to; i++) {
      all |= in[i];
    }
    return all >= 0;
  }

  /** The length of the sequence of two bytes or more at {@code at}; 0 if it is not one. */
  private static int sequence(byte[] in, int at, int to) {
    int lead = in[at] & 0xff;
    int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || at + length > to) {
      return 0;
    }
    int second = in[at + 1] & 0xff;
    int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((in[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }
}
