package dev.kinebeam.web.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.ResourceRetriever;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.time.Clock;
import java.util.Set;

/** An issuer's public keys, by their address. They are fetched when they are first needed. */
public final class IssuerKeys {
  /** Longer would keep requests waiting. */
  private static final int FETCH_MILLIS = 1000;

  private static final int LARGEST_KEY_SET = 256 * 1024;

  private IssuerKeys() {}

  /**
   * Selects keys for RS256 and ES256 signatures: never what a token would like.
   *
   * @throws IllegalArgumentException when it is not an address that can be fetched
   */
  public static JWSVerificationKeySelector<SecurityContext> at(URI address) {
    URL url = url(address);
    ResourceRetriever http =
        new DefaultResourceRetriever(FETCH_MILLIS, FETCH_MILLIS, LARGEST_KEY_SET);
    return new JWSVerificationKeySelector<>(
        Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256),
        new SigningKeys(() -> http.retrieveResource(url).getContent(), Clock.systemUTC()));
  }

  private static URL url(URI address) {
    try {
      return address.toURL();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the address of an issuer's keys (AUTH_JWKS_URL) cannot be fetched: " + address, e);
    }
  }
}
