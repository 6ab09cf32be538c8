package dev.kinebeam.coreapi.identity;

import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.kinebeam.coreapi.identity.SignInException.Kind;
import dev.kinebeam.web.auth.IssuerKeys;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's discovery document. It is fetched when it is first needed, and again when it is
 * older than an hour, by one thread; while that fails the last one counts, and it is not fetched
 * again for five seconds. Thread-safe.
 */
final class Discovery {
  static final Duration FRESH = Duration.ofHours(1);
  static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  static final int CONNECT_MILLIS = 1000;
  static final int READ_MILLIS = 2000;

  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

  private final ProviderConfig config;
  private final Clock clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable Provider loaded;
  private volatile Instant nextFetch = Instant.MIN;

  /**
   * What is known of the provider.
   *
   * @param tokens checks its ID tokens: issuer, audience, expiry, nonce, signature by RS256 or
   *     ES256
   */
  record Provider(OIDCProviderMetadata metadata, IDTokenValidator tokens, Instant fetchedAt) {}

  Discovery(ProviderConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * The provider.
   *
   * @throws SignInException when it was never reached
   */
  Provider get() throws SignInException {
    Instant now = clock.instant();
    Provider known = loaded;
    if (known == null || now.isAfter(known.fetchedAt.plus(FRESH))) {
      fetch(known != null);
    }
    known = loaded;
    if (known == null) {
      throw new SignInException(Kind.UNAVAILABLE, "the discovery document cannot be fetched");
    }
    return known;
  }

  private void fetch(boolean isKnown) {
    if (isKnown) {
      if (!fetching.tryLock()) {
        return;
      }
    } else {
      fetching.lock();
    }
    try {
      Instant now = clock.instant();
      Provider known = loaded;
      if (now.isBefore(nextFetch) || (known != null && !now.isAfter(known.fetchedAt.plus(FRESH)))) {
        return;
      }
      loaded = fetched(now);
    } catch (GeneralException | IOException | IllegalArgumentException e) {
      nextFetch = clock.instant().plus(AFTER_FAILURE);
      LOG.warn("the identity provider's discovery document cannot be used: {}", e.getMessage(), e);
    } finally {
      fetching.unlock();
    }
  }

  private Provider fetched(Instant now) throws GeneralException, IOException {
    Issuer issuer = new Issuer(config.issuer());
    OIDCProviderMetadata metadata =
        OIDCProviderMetadata.resolve(issuer, CONNECT_MILLIS, READ_MILLIS);
    if (metadata.getAuthorizationEndpointURI() == null
        || metadata.getTokenEndpointURI() == null
        || metadata.getJWKSetURI() == null) {
      throw new GeneralException("it lacks authorization_endpoint, token_endpoint or jwks_uri");
    }
    IDTokenValidator tokens =
        new IDTokenValidator(
            issuer, new ClientID(config.clientId()), IssuerKeys.at(metadata.getJWKSetURI()), null);
    return new Provider(metadata, tokens, now);
  }
}
