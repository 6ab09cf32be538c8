package dev.kinebeam.web.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts requests of each of many, in minutes that begin with the first one. Of very many the
 * rarest are forgotten. Thread-safe.
 */
public final class MinuteLimit {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int MAX_COUNTED = 50_000;
  private static final int TOO_MANY = 429;

  private final String whose;
  private final Ticker ticker;
  private final Cache<Object, Count> counts;

  private record Count(long begunAt, AtomicInteger requests) {}

  /**
   * A limit.
   *
   * @param whose requests are counted, for messages: "this address"
   */
  public MinuteLimit(String whose) {
    this(whose, Ticker.systemTicker());
  }

  MinuteLimit(String whose, Ticker ticker) {
    this.whose = whose;
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
   * @param who is counted; kept for a minute
   * @throws Problem 429 when it is one too many
   */
  public void count(Object who, int perMinute) throws Problem {
    Count count = counts.get(who, first -> new Count(ticker.read(), new AtomicInteger()));
    if (count.requests.incrementAndGet() > perMinute) {
      long left = MINUTE.toNanos() - (ticker.read() - count.begunAt);
      long seconds = Math.max(1, Duration.ofNanos(left).plusMillis(999).toSeconds());
      throw Problem.of(
              TOO_MANY,
              "More than %d requests of %s in a minute: wait, then try again."
                  .formatted(perMinute, whose))
          .withHeader("Retry-After", Long.toString(seconds));
    }
  }
}
