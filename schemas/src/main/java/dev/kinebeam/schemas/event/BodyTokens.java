package dev.kinebeam.schemas.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens that a body holds beside its events, as {@code "token"} at its top, and the body
 * without them. White space stands where a token was, so that every other byte keeps its place.
 *
 * @param tokens as sent, each once; one that is not a text, or is longer than 8 KiB, is an empty
 *     one, null is none
 * @param body to be read, logged and stored in place of what was sent
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record BodyTokens(List<String> tokens, byte[] body) {
  private static final String NAME = "token";

  /** With every character as an escape of six, and the quotes. */
  private static final int LONGEST_ESCAPED = 6 * NAME.length() + 2;

  private static final byte[] QUOTED = "\"token\"".getBytes(StandardCharsets.US_ASCII);
  private static final int K_AT = 3;

  /** No identity provider makes longer ones; they are not copied. */
  private static final int LONGEST_TOKEN = 8 * 1024;

  /**
   * Takes the tokens out of {@code sent}, which stays as it is. Where the structure of the body is
   * broken, what comes after is not searched.
   */
  public static BodyTokens cut(byte[] sent) {
    if (!mayNameOne(sent)) {
      return new BodyTokens(List.of(), sent);
    }
    Cutter cutter = new Cutter(sent);
    try {
      cutter.run();
    } catch (JsonSpans.Broken e) {
      // Its reader refuses the body with the place.
      return cutter.result();
    }
    return cutter.result();
  }

  /** Most bodies hold no token, and looking for its rarest byte is quicker than reading names. */
  private static boolean mayNameOne(byte[] sent) {
    for (int i = 0; i < sent.length; i++) {
      if (sent[i] == '\\' || (sent[i] == 'k' && isQuoted(sent, i - K_AT))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isQuoted(byte[] sent, int quote) {
    int end = quote + QUOTED.length;
    return quote >= 0
        && end <= sent.length
        && Arrays.equals(sent, quote, end, QUOTED, 0, QUOTED.length);
  }

  private static final class Cutter {
    private static final int NO_COMMA = -1;

    private final byte[] sent;
    private final JsonSpans spans;
    private final Set<String> tokens = new LinkedHashSet<>();
    private byte[] rest;
    private int comma = NO_COMMA;

    Cutter(byte[] sent) {
      this.sent = sent;
      this.rest = sent;
      this.spans = new JsonSpans(sent);
    }

    BodyTokens result() {
      return new BodyTokens(List.copyOf(tokens), rest);
    }

    void run() throws JsonSpans.Broken {
      if (!spans.take('{')) {
        return;
      }
      while (spans.peek() == '"') {
        member();
      }
    }

    private void member() throws JsonSpans.Broken {
      int from = spans.at();
      spans.value();
      boolean wanted = isName(from, spans.at());
      spans.require(':', "after the name");
      spans.peek();
      int value = spans.at();
      spans.value();
      int to = spans.at();
      boolean more = spans.take(',');
      if (wanted) {
        if (!isNull(value, to)) {
          tokens.add(to - value > LONGEST_TOKEN ? "" : text(value, to).orElse(""));
        }
        blank(from, more ? spans.at() : to);
        if (!more && comma != NO_COMMA) {
          blank(comma, comma + 1);
        }
      } else if (more) {
        comma = spans.at() - 1;
      }
    }

    /** Compares bytes first: a body may have many names, and few need a parser. */
    private boolean isName(int from, int to) {
      if (to - from == NAME.length() + 2) {
        return new String(sent, from + 1, NAME.length(), StandardCharsets.ISO_8859_1).equals(NAME);
      }
      return to - from <= LONGEST_ESCAPED
          && hasEscape(from, to)
          && text(from, to).filter(NAME::equals).isPresent();
    }

    private boolean hasEscape(int from, int to) {
      for (int i = from; i < to; i++) {
        if (sent[i] == '\\') {
          return true;
        }
      }
      return false;
    }

    private void blank(int from, int to) {
      if (rest == sent) {
        rest = sent.clone();
      }
      Arrays.fill(rest, from, to, (byte) ' ');
    }

    private boolean isNull(int from, int to) {
      return to - from == 4
          && new String(sent, from, 4, StandardCharsets.ISO_8859_1).equals("null");
    }

    private Optional<String> text(int from, int to) {
      try (JsonParser p = Texts.BATCHES.createParser(sent, from, to - from)) {
        return p.nextToken() == JsonToken.VALUE_STRING
            ? Optional.of(p.getText())
            : Optional.empty();
      } catch (IOException e) {
        // Not JSON, which the body's reader says better.
        return Optional.empty();
      }
    }
  }
}
