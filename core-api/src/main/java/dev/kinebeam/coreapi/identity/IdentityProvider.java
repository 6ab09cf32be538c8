package dev.kinebeam.coreapi.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import dev.kinebeam.coreapi.identity.SignInException.Kind;
import dev.kinebeam.web.auth.AuthException;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.PrincipalClaims;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Signs people in at an OpenID provider: the authorization code flow with PKCE (RFC 7636, S256) and
 * a nonce. The provider's tokens are used for this and kept nowhere. The provider need not be up
 * when the Core API starts; a slow one holds few requests, each for seconds. Thread-safe.
 */
public final class IdentityProvider {
  /** Exchanges of codes at a time. */
  private static final int AT_ONCE = 8;

  private static final int SERVER_ERROR = 500;

  private final ProviderConfig config;
  private final Discovery discovery;
  private final Semaphore free = new Semaphore(AT_ONCE);

  public IdentityProvider(ProviderConfig config, Clock clock) {
    this.config = config;
    this.discovery = new Discovery(config, clock);
  }

  /**
   * The secrets of one attempt to sign in, which its browser keeps.
   *
   * @param verifier of PKCE: 43 to 128 characters
   */
  public record Proof(String state, String nonce, String verifier) {}

  /**
   * Who has signed in.
   *
   * @param name the provider's name of the person, if it gives one
   */
  public record Person(Principal principal, Optional<String> name) {}

  /**
   * Where a browser begins.
   *
   * @param callback where the provider sends it back to
   * @throws SignInException when the provider cannot be reached
   */
  public URI begin(URI callback, Proof proof) throws SignInException {
    return new AuthenticationRequest.Builder(
            ResponseType.CODE,
            new Scope("openid", "profile"),
            new ClientID(config.clientId()),
            callback)
        .endpointURI(discovery.get().metadata().getAuthorizationEndpointURI())
        .state(new State(proof.state()))
        .nonce(new Nonce(proof.nonce()))
        .codeChallenge(new CodeVerifier(proof.verifier()), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  /**
   * Exchanges the code that a browser came back with.
   *
   * @param issuer the provider that the answer names (RFC 9207), if it does
   * @throws SignInException when the person is not signed in
   */
  public Person finish(URI callback, String code, Proof proof, Optional<String> issuer)
      throws SignInException {
    Discovery.Provider provider = discovery.get();
    if (issuer.isPresent() && !issuer.get().equals(config.issuer().toString())) {
      throw new SignInException(Kind.REFUSED, "the answer is another provider's");
    }
    if (!free.tryAcquire()) {
      throw new SignInException(Kind.UNAVAILABLE, "too many codes are being exchanged");
    }
    try {
      return person(provider, idToken(provider, callback, code, proof), proof);
    } finally {
      free.release();
    }
  }

  /**
   * Where a browser ends its session at the provider, if that is possible there.
   *
   * @param back where the provider may send it afterwards
   */
  public Optional<URI> end(URI back) {
    try {
      return Optional.ofNullable(discovery.get().metadata().getEndSessionEndpointURI())
          .map(
              endpoint ->
                  new LogoutRequest(
                          endpoint, null, null, new ClientID(config.clientId()), back, null, null)
                      .toURI());
    } catch (SignInException e) {
      return Optional.empty();
    }
  }

  private JWT idToken(Discovery.Provider provider, URI callback, String code, Proof proof)
      throws SignInException {
    HTTPResponse answer;
    try {
      HTTPRequest request = tokenRequest(provider, callback, code, proof).toHTTPRequest();
      request.setConnectTimeout(Discovery.CONNECT_MILLIS);
      request.setReadTimeout(Discovery.READ_MILLIS);
      request.setFollowRedirects(false);
      answer = request.send();
    } catch (IOException e) {
      throw new SignInException(Kind.UNAVAILABLE, "the token endpoint does not answer", e);
    }
    if (answer.getStatusCode() >= SERVER_ERROR) {
      throw new SignInException(
          Kind.UNAVAILABLE, "the token endpoint answers " + answer.getStatusCode());
    }
    try {
      TokenResponse response = OIDCTokenResponseParser.parse(answer);
      if (response instanceof OIDCTokenResponse success) {
        return success.getOIDCTokens().getIDToken();
      }
      throw refusal(response.toErrorResponse().getErrorObject());
    } catch (ParseException e) {
      throw new SignInException(Kind.PROVIDER, "the token endpoint's answer cannot be read", e);
    }
  }

  private static SignInException refusal(ErrorObject error) {
    String code = String.valueOf(error.getCode());
    return new SignInException(
        code.equals(OAuth2Error.INVALID_GRANT.getCode()) ? Kind.EXPIRED : Kind.PROVIDER,
        "the token endpoint refuses: " + code + ", " + error.getDescription());
  }

  private TokenRequest tokenRequest(
      Discovery.Provider provider, URI callback, String code, Proof proof) {
    URI endpoint = provider.metadata().getTokenEndpointURI();
    AuthorizationCodeGrant grant =
        new AuthorizationCodeGrant(
            new AuthorizationCode(code), callback, new CodeVerifier(proof.verifier()));
    ClientID client = new ClientID(config.clientId());
    return config
        .clientSecret()
        .map(secret -> authentication(provider, client, new Secret(secret.value())))
        .map(known -> new TokenRequest.Builder(endpoint, known, grant).build())
        .orElseGet(() -> new TokenRequest.Builder(endpoint, client, grant).build());
  }

  /** Basic unless the provider says that it takes only the other way. */
  private static ClientAuthentication authentication(
      Discovery.Provider provider, ClientID client, Secret secret) {
    List<ClientAuthenticationMethod> methods = provider.metadata().getTokenEndpointAuthMethods();
    boolean post =
        methods != null
            && !methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
            && methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    return post ? new ClientSecretPost(client, secret) : new ClientSecretBasic(client, secret);
  }

  private static Person person(Discovery.Provider provider, JWT token, Proof proof)
      throws SignInException {
    try {
      IDTokenClaimsSet claims = provider.tokens().validate(token, new Nonce(proof.nonce()));
      return new Person(
          PrincipalClaims.of(claims.toJWTClaimsSet()),
          Optional.ofNullable(claims.getStringClaim("name")));
    } catch (KeySourceException e) {
      throw new SignInException(Kind.UNAVAILABLE, "the provider's keys cannot be fetched", e);
    } catch (BadJOSEException | JOSEException | ParseException | AuthException e) {
      throw new SignInException(Kind.REFUSED, "the ID token is refused: " + e.getMessage(), e);
    }
  }
}
