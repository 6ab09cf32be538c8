package dev.kinebeam.web.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's public keys. They are fetched again when they are older than five minutes, and when
 * a token names a key that is not among them, though not more often than every ten seconds: anyone
 * can invent a key's name, so an unknown one is the token's fault as long as there are keys to
 * compare it with. While they cannot be fetched, the last ones count for an hour. One thread
 * fetches; the others use what is known. Thread-safe.
 */
final class SigningKeys implements JWKSource<SecurityContext> {
  static final Duration FRESH = Duration.ofMinutes(5);
  static final Duration USABLE = Duration.ofHours(1);
  static final Duration BETWEEN_FETCHES = Duration.ofSeconds(10);

  /** Without any key, every token waits for one. */
  static final Duration BETWEEN_FIRST_FETCHES = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

  private final Fetch fetch;
  private final Clock clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile Loaded loaded = new Loaded(new JWKSet(), Instant.MIN);
  private volatile Instant nextFetch = Instant.MIN;

  /** Where the set comes from. */
  @FunctionalInterface
  interface Fetch {
    /** The text of the set. */
    String get() throws IOException;
  }

  private record Loaded(JWKSet keys, Instant at) {
    boolean within(Duration age, Instant now) {
      return !at.equals(Instant.MIN) && now.isBefore(at.plus(age));
    }
  }

  SigningKeys(Fetch fetch, Clock clock) {
    this.fetch = fetch;
    this.clock = clock;
  }

  /**
   * The keys that a token may be signed with; none when it names no key of the issuer's.
   *
   * @throws KeySourceException when there are no keys to compare with
   */
  @Override
  public List<JWK> get(JWKSelector selector, SecurityContext context) throws KeySourceException {
    Instant now = clock.instant();
    if (!loaded.within(FRESH, now)) {
      fetchAgain(now);
    }
    Loaded known = loaded;
    if (!known.within(USABLE, now)) {
      throw new KeySourceException("the issuer's keys could not be fetched in time");
    }
    List<JWK> found = selector.select(known.keys);
    if (found.isEmpty()) {
      fetchAgain(now);
      found = selector.select(loaded.keys);
    }
    return found;
  }

  private void fetchAgain(Instant now) {
    boolean some = loaded.within(USABLE, now);
    if (some ? !fetching.tryLock() : !waited()) {
      return;
    }
    try {
      if (now.isBefore(nextFetch)) {
        return;
      }
      nextFetch = now.plus(some ? BETWEEN_FETCHES : BETWEEN_FIRST_FETCHES);
      loaded = new Loaded(KeyValidation.trusted(fetch.get()), now);
    } catch (IOException e) {
      LOG.warn("the issuer's keys cannot be fetched: {}", e.getMessage(), e);
    } finally {
      fetching.unlock();
    }
  }

  /** Whoever waited finds what the other thread has fetched. */
  private boolean waited() {
    fetching.lock();
    return true;
  }
}
