package dev.kinebeam.schemas.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private idioms that this repository does not use any more, each with the words of the field that
 * replace it, and where they are looked for: the prose of documents, the comments of sources, and
 * the sentences of string literals.
 */
final class Words {
  /** The longest line of a document. */
  static final int LONGEST_LINE = 160;

  private static final List<Idiom> IDIOMS =
      List.of(
          idiom("told|tells?|telling", "says, reports, publishes, returns; distinguished"),
          idiom("held against|holds? (?:\\S+ ){1,9}?against", "compared with"),
          idiom("(?:is|are|was|were|be|been|stays?) away", "unavailable"),
          idiom("heals?|healed|healing", "is transient"),
          idiom("mends?|mended|mending", "corrects, repairs"),
          idiom("(?:stands?|stood|standing) in", "is recorded in"),
          idiom("wish(?:es|ed)?", "request"),
          idiom("patience", "timeout, time limit"),
          idiom("a look", "a poll, a request"),
          idiom("more than nothing", "positive"),
          idiom("(?<!dead\\s)(?<!lower-case\\s)letters?(?!, digits)", "dead letter"),
          idiom("laws?", "merge function, property"),
          idiom("(?<!there\\s)(?:is|are|was|were) no(?! longer| more)", "is not a"),
          idiom("nobody|somebody", "the actor's name: no program, another process"),
          idiom("goes|gone", "is deleted, is written to, is sent to"),
          idiom("(?:go|going|went) on|lets? go|letting go", "continues, resumes; releases"),
          idiom("seed's|the (?:seeds?|specification|design)", "the fact or the number itself"),
          idiom(
              "(?-i:RENDER|TELEMETRY|PLATFORM|PROVIDERS|CATALOGUE|PERSONAL|STYLE|PAGES)(?:'s|\\.md)",
              "a document of this repository, or the fact itself"));

  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern CODE_SPAN = Pattern.compile("`[^`]+`");
  private static final Pattern JOINED = Pattern.compile("\"(\\s*)\\+(\\s*)\"");
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?s)(?<comment>//[^\\n]*(?:\\n[ \\t]*//[^\\n]*)*|/\\*.*?\\*/)|\"\"\"(?<block>.*?)\"\"\""
              + "|\"(?<text>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|'(?:\\\\.[^'\\n]*|[^'\\\\\\n])'");

  private static final Pattern INLINE_CODE = Pattern.compile("\\{@(?:code|link)\\s[^}]*\\}");

  private Words() {}

  private record Idiom(Pattern pattern, String instead) {}

  private static Idiom idiom(String words, String instead) {
    return new Idiom(
        Pattern.compile(
            "(?<![\\w-])(?:" + words.replace(" ", "\\s+") + ")(?![\\w-])",
            Pattern.CASE_INSENSITIVE),
        instead);
  }

  /**
   * An idiom that was found.
   *
   * @param line counted from 1
   */
  record Found(int line, String words, String instead) {
    @Override
    public String toString() {
      return "line " + line + ": '" + words + "' → " + instead;
    }
  }

  /** The idioms in a Markdown document, outside of code. */
  static List<Found> inMarkdown(String document) {
    return find(blanked(CODE_SPAN, blanked(FENCED, document)));
  }

  /** The idioms in the sentences of a Java source's string literals. */
  static List<Found> inMessages(String source) {
    String joined = JOINED.matcher(source).replaceAll(join -> lines(join.group()));
    return find(kept(joined, "text", "block"));
  }

  /** The idioms in a Java source's comments, outside of code. */
  static List<Found> inComments(String source) {
    String prose = kept(source, "comment").replaceAll("(?m)^[ \\t]*(?:\\*|//)[ \\t]*", "");
    return find(blanked(INLINE_CODE, prose));
  }

  /** The numbers of the lines that are too long, counted from 1. */
  static List<Integer> tooLong(String document) {
    List<Integer> found = new ArrayList<>();
    String[] lines = document.split("\n", -1);
    for (int at = 0; at < lines.length; at++) {
      if (lines[at].codePointCount(0, lines[at].length()) > LONGEST_LINE) {
        found.add(at + 1);
      }
    }
    return found;
  }

  private static List<Found> find(String text) {
    List<Found> found = new ArrayList<>();
    for (Idiom idiom : IDIOMS) {
      Matcher matcher = idiom.pattern().matcher(text);
      while (matcher.find()) {
        int line =
            1 + (int) text.substring(0, matcher.start()).chars().filter(c -> c == '\n').count();
        found.add(new Found(line, matcher.group().replaceAll("\\s+", " "), idiom.instead()));
      }
    }
    return found;
  }

  /** The text with everything that matches replaced by the line breaks in it. */
  private static String blanked(Pattern pattern, String text) {
    return pattern.matcher(text).replaceAll(match -> "¶" + lines(match.group()));
  }

  /**
   * The text with only the named groups of its tokens, and all line breaks. A text of one word is
   * an identifier.
   */
  private static String kept(String source, String... groups) {
    StringBuilder kept = new StringBuilder();
    Matcher matcher = TOKEN.matcher(source);
    int end = 0;
    while (matcher.find()) {
      kept.append(lines(source.substring(end, matcher.start())));
      String text = null;
      for (String group : groups) {
        text = text == null ? matcher.group(group) : text;
      }
      kept.append(
          text != null && text.strip().contains(" ") ? " " + text + "¶" : lines(matcher.group()));
      end = matcher.end();
    }
    return kept.toString();
  }

  private static String lines(String text) {
    return text.replaceAll("[^\\n]", "");
  }
}
