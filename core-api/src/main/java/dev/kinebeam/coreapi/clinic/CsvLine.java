package dev.kinebeam.coreapi.clinic;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A line of comma-separated values (RFC 4180) that no spreadsheet takes for a formula. A text that
 * would be one gets an apostrophe before it. So do the parts of a text that follow a semicolon, a
 * tab or a line break: a spreadsheet whose list separator is another one cuts the line there,
 * whatever the quotes say.
 */
final class CsvLine {
  private static final Pattern FORMULA =
      Pattern.compile(
          "(^|[;,|\\t\\r\\n])([\\s\"\\u00a0\\ufeff]*)(?=[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20])");

  private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",;|\\t\\r\\n\\s']");

  private CsvLine() {}

  /** The line of these values with its end; numbers and flags as they are, null as nothing. */
  static String of(@Nullable Object... values) {
    return Arrays.stream(values).map(CsvLine::cell).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (!(value instanceof String text)) {
      return value.toString();
    }
    String harmless = FORMULA.matcher(text.replace('\0', ' ')).replaceAll("$1$2'");
    return NEEDS_QUOTES.matcher(harmless).find()
        ? '"' + harmless.replace("\"", "\"\"") + '"'
        : harmless;
  }
}
