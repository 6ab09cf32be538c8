package dev.kinebeam.schemas.event;

import java.util.BitSet;

/**
 * Finds where the values of a JSON text end without reading them, so that what is wrong or too
 * large inside one value leaves its neighbours alone. A cursor over bytes; brackets and quotes must
 * be where JSON has them, or no end could be trusted; what stands between them is not judged here.
 */
final class JsonSpans {
  /** The text's structure is broken at a byte. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    Broken(String message, int at) {
      this(message + " at byte " + at);
    }

    private final String why;

    private Broken(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    /** What is broken, and at which byte. */
    String why() {
      return why;
    }

    /** The text ends before {@code what}, a bracket or quote, is closed. */
    static Broken unclosed(String what, int openedAt, int length) {
      return new Broken(
          "the text ends at byte %d; the %s opened at byte %d is not closed"
              .formatted(length, what, openedAt));
    }
  }

  private static final byte OTHER = 0;
  private static final byte SPACE = 1;
  private static final byte OPEN = 2;
  private static final byte CLOSE = 3;
  private static final byte SEPARATOR = 4;
  private static final byte QUOTE = 5;

  /** Part of a number or a word, right or wrong. */
  private static final byte BARE = 6;

  private static final byte[] KINDS = new byte[256];

  static {
    for (int b = 0; b < KINDS.length; b++) {
      KINDS[b] = b >= 0x80 || Character.isLetterOrDigit(b) ? BARE : OTHER;
    }
    mark(" \t\r\n", SPACE);
    mark("{[", OPEN);
    mark("}]", CLOSE);
    mark(",:", SEPARATOR);
    mark("\"", QUOTE);
    mark("+-._$", BARE);
  }

  private final byte[] in;
  private final BitSet objects = new BitSet();
  private int at;

  JsonSpans(byte[] in) {
    this.in = in;
    boolean marked =
        in.length > 2 && in[0] == (byte) 0xef && in[1] == (byte) 0xbb && in[2] == (byte) 0xbf;
    at = marked ? 3 : 0;
  }

  private static void mark(String bytes, byte kind) {
    for (int i = 0; i < bytes.length(); i++) {
      KINDS[bytes.charAt(i)] = kind;
    }
  }

  private static byte kind(byte b) {
    return KINDS[b & 0xff];
  }

  /** The place of the cursor. */
  int at() {
    return at;
  }

  /** Puts the cursor to a place where it was, or to the end of a value that begins at it. */
  void moveTo(int place) {
    at = place;
  }

  /** The next byte that is not white space, still ahead of the cursor; -1 at the end. */
  int peek() {
    while (at < in.length && kind(in[at]) == SPACE) {
      at++;
    }
    return at < in.length ? in[at] & 0xff : -1;
  }

  /** Passes over this byte if it is the next that is not white space. */
  boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  /** Passes over this byte, which must come next. */
  void require(char wanted, String where) throws Broken {
    if (!take(wanted)) {
      throw new Broken("there is no " + wanted + " " + where, at);
    }
  }

  /** Passes over the value ahead; the cursor was at its first byte after {@link #peek}. */
  void value() throws Broken {
    byte kind = at < in.length ? kind(in[at]) : OTHER;
    switch (kind) {
      case QUOTE -> text();
      case BARE -> bare();
      case OPEN -> nested();
      default -> throw new Broken("there is no value", at);
    }
  }

  private void nested() throws Broken {
    int from = at;
    int depth = 0;
    boolean afterValue = false;
    while (at < in.length) {
      byte kind = kind(in[at]);
      boolean begins = kind == QUOTE || kind == BARE || kind == OPEN;
      if (begins && afterValue) {
        throw new Broken("a value follows another one without a comma", at);
      }
      switch (kind) {
        case SPACE -> at++;
        case QUOTE -> text();
        case BARE -> bare();
        case OPEN -> objects.set(depth++, in[at++] == '{');
        case CLOSE -> {
          if (objects.get(--depth) != (in[at] == '}')) {
            throw new Broken("a bracket closes another kind of bracket", at);
          }
          at++;
          if (depth == 0) {
            return;
          }
        }
        case SEPARATOR -> at++;
        default -> throw new Broken("there is a character outside of a text", at);
      }
      if (kind != SPACE) {
        afterValue = kind == QUOTE || kind == BARE || kind == CLOSE;
      }
    }
    throw Broken.unclosed("bracket", from, in.length);
  }

  private void text() throws Broken {
    int from = at++;
    while (at < in.length) {
      byte b = in[at++];
      if (b == '"') {
        return;
      }
      if (b == '\\') {
        at++;
      }
    }
    throw Broken.unclosed("quote", from, in.length);
  }

  private void bare() {
    while (at < in.length && kind(in[at]) == BARE) {
      at++;
    }
  }
}
