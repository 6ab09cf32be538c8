package dev.kinebeam.render.imports;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated values by RFC 4180: fields in double quotes may hold commas, line ends and
 * doubled quotes; lines end with LF or CRLF; a byte order mark at the start is skipped. Blank lines
 * are not records.
 */
public final class Csv {
  private final String text;
  private int at;
  private int line = 1;

  private Csv(String text) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * One record.
   *
   * @param line where it begins, from 1
   */
  public record Line(int line, List<String> fields) {
    public Line {
      fields = List.copyOf(fields);
    }
  }

  /** The text is not CSV. */
  public static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private Broken(int line, String reason) {
      super("line " + line + ": " + reason);
    }
  }

  /** All records of a text. */
  public static List<Line> parse(String text) throws Broken {
    return new Csv(text).records();
  }

  /** One record as text, quoted where it must be, without a line end. */
  static String write(List<String> fields) {
    StringBuilder line = new StringBuilder();
    for (String field : fields) {
      line.append(line.isEmpty() ? "" : ",").append(quoted(field));
    }
    return line.toString();
  }

  private static String quoted(String field) {
    // An empty field is quoted too, so that a record of a single one is not a blank line.
    boolean plain =
        !field.isEmpty() && field.chars().noneMatch(c -> ",\"\r\n\uFEFF".indexOf(c) >= 0);
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  private List<Line> records() throws Broken {
    List<Line> records = new ArrayList<>();
    while (at < text.length()) {
      if (atLineEnd()) {
        skipLineEnd();
        continue;
      }
      int begin = line;
      List<String> fields = new ArrayList<>();
      fields.add(field());
      while (at < text.length() && text.charAt(at) == ',') {
        at++;
        fields.add(field());
      }
      if (at < text.length()) {
        if (!atLineEnd()) {
          throw new Broken(line, "there is text after a closing quote");
        }
        skipLineEnd();
      }
      records.add(new Line(begin, fields));
    }
    return records;
  }

  private String field() throws Broken {
    if (at < text.length() && text.charAt(at) == '"') {
      return quotedField();
    }
    int begin = at;
    while (at < text.length() && text.charAt(at) != ',' && !atLineEnd()) {
      if (text.charAt(at) == '"') {
        throw new Broken(line, "there is a quote within a field that does not begin with one");
      }
      at++;
    }
    return text.substring(begin, at);
  }

  private String quotedField() throws Broken {
    int begin = line;
    StringBuilder field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '"') {
        field.append(c);
        line += c == '\n' ? 1 : 0;
      } else if (at < text.length() && text.charAt(at) == '"') {
        field.append('"');
        at++;
      } else {
        return field.toString();
      }
    }
    throw new Broken(begin, "a quoted field does not end");
  }

  private boolean atLineEnd() {
    return text.charAt(at) == '\n' || text.startsWith("\r\n", at);
  }

  private void skipLineEnd() {
    at += text.charAt(at) == '\r' ? 2 : 1;
    line++;
  }
}
