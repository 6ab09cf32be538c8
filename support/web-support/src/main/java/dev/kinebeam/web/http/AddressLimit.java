package dev.kinebeam.web.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests of each client address for each open route, in minutes that begin with the
 * first one. Of very many addresses the rarest are forgotten. Thread-safe.
 */
final class AddressLimit {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MAX_COUNTED = 50_000;
  private static final int TOO_MANY = 429;

  private final Ticker ticker;
  private final Cache<Counted, Count> counts;

  private record Counted(String route, Object site) {}

  private record Count(long begunAt, AtomicInteger requests) {}

  AddressLimit() {
    this(Ticker.systemTicker());
  }

  AddressLimit(Ticker ticker) {
    this.ticker = ticker;
    counts =
        Caffeine.newBuilder()
            .ticker(ticker)
            .maximumSize(MAX_COUNTED)
            .expireAfterWrite(MINUTE)
            .build();
  }

  /**
   * Counts one request.
   *
   * @throws Problem 429 when it is one too many
   */
  void count(String route, Object site, int perMinute) throws Problem {
    Count count =
        counts.get(
            new Counted(route, site), first -> new Count(ticker.read(), new AtomicInteger()));
    if (count.requests.incrementAndGet() > perMinute) {
      long left = MINUTE.toNanos() - (ticker.read() - count.begunAt);
      long seconds = Math.max(1, Duration.ofNanos(left).plusMillis(999).toSeconds());
      throw Problem.of(
              TOO_MANY,
              "More than %d requests of this address in a minute: wait, then try again."
                  .formatted(perMinute))
          .withHeader("Retry-After", Long.toString(seconds));
    }
  }
}
