package dev.kinebeam.program.process;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one line that a service's process writes to standard output when it answers requests: {@code
 * KINEBEAM_READY service=kafka version=4.1.1 port=9092}. All other output of the process is written
 * to standard error.
 *
 * @param service the service's name: lower-case letters, digits and dashes
 * @param version the version that the running server itself reports; no spaces
 * @param port the port it listens on
 */
public record ReadyLine(String service, String version, int port) {
  private static final Pattern SHAPE =
      Pattern.compile("KINEBEAM_READY service=([a-z0-9-]+) version=(\\S+) port=(\\d{1,5})");

  /** The line without its line end. */
  public String format() {
    return String.format(
        Locale.ROOT, "KINEBEAM_READY service=%s version=%s port=%d", service, version, port);
  }

  /** Writes the line to standard output and flushes it. */
  public void announce() {
    System.out.println(format());
    System.out.flush();
  }

  /** The ready line in this line of output; empty when it is any other line. */
  public static Optional<ReadyLine> parse(String line) {
    Matcher matcher = SHAPE.matcher(line.strip());
    return matcher.matches()
        ? Optional.of(
            new ReadyLine(matcher.group(1), matcher.group(2), Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }
}
