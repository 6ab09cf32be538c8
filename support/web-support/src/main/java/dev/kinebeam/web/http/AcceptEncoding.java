package dev.kinebeam.web.http;

import java.util.Locale;
import java.util.Optional;

/** Reads the header of RFC 9110, section 12.5.3. */
final class AcceptEncoding {
  private AcceptEncoding() {}

  /** Whether a caller that sends this header takes gzip; without a header it is not sure. */
  static boolean takesGzip(Optional<String> header) {
    boolean anything = false;
    for (String part : header.orElse("").toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] words = part.split(";", -1);
      String coding = words[0].strip();
      if (coding.equals("gzip") || coding.equals("x-gzip")) {
        return wanted(words);
      }
      anything = anything || (coding.equals("*") && wanted(words));
    }
    return anything;
  }

  private static boolean wanted(String[] words) {
    for (int i = 1; i < words.length; i++) {
      if (words[i].strip().matches("q\\s*=\\s*0(\\.0*)?")) {
        return false;
      }
    }
    return true;
  }
}
