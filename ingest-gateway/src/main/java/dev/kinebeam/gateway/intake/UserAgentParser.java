package dev.kinebeam.gateway.intake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.kinebeam.schemas.event.MediaRecord.Client;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ua_parser.Parser;

/**
 * Reads device, system and browser from a User-Agent header: families without versions, as coarse
 * as the clinic's breakdowns need. Thread-safe; headers seen before cost a look-up.
 */
final class UserAgentParser {
  private static final int MAX_HEADERS = 5_000;
  private static final int LONGEST_HEADER = 512;
  private static final Set<String> DESKTOPS =
      Set.of("Windows", "Mac OS X", "Linux", "Ubuntu", "Debian", "Fedora", "Chrome OS");

  private final Cache<String, Client> known =
      Caffeine.newBuilder().maximumSize(MAX_HEADERS).build();

  /** Reading the parser's patterns takes a while, so the first header pays and not the start. */
  private static final class Patterns {
    static final Parser PARSER = new Parser();
  }

  Client of(Optional<String> userAgent, @Nullable String appVersion) {
    Client client =
        userAgent
            .map(h -> h.length() > LONGEST_HEADER ? h.substring(0, LONGEST_HEADER) : h)
            .map(header -> known.get(header, UserAgentParser::parse))
            .orElse(Client.UNKNOWN);
    return new Client(client.device(), client.os(), client.browser(), appVersion);
  }

  private static Client parse(String header) {
    ua_parser.Client found = Patterns.PARSER.parse(header);
    return new Client(device(found), named(found.os.family), named(found.userAgent.family), null);
  }

  private static @Nullable String device(ua_parser.Client found) {
    boolean unnamed = found.device.family.equals("Other") || found.device.family.equals("Mac");
    if (unnamed) {
      return DESKTOPS.contains(found.os.family) ? "desktop" : null;
    }
    return found.device.family;
  }

  private static @Nullable String named(@Nullable String family) {
    return family == null || family.equals("Other") ? null : family;
  }
}
