package dev.kinebeam.coreapi.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.coreapi.identity.OwnKeys;
import dev.kinebeam.coreapi.identity.ProviderConfig;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in at a real OpenID provider, whose answers are good and bad. */
@Tag("servers")
class ProviderScenarioTest {
  private static final String ISSUER = "clinic";
  private static final String CLIENT = "kinebeam";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static MockOAuth2Server provider;
  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    provider = new MockOAuth2Server();
    provider.start();
    // Its first answers take longer than the Core API waits, where the machine has much to do.
    provider.issueToken();
    fetched(provider.wellKnownUrl(ISSUER).uri());
    fetched(provider.jwksUrl(ISSUER).uri());
    api = TestCoreApi.signingIn(config(provider.issuerUrl(ISSUER).uri()));
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
    provider.shutdown();
  }

  private static void fetched(URI address) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static SignInConfig config(URI issuer) {
    return new SignInConfig(
        false,
        Optional.of(new ProviderConfig(issuer, CLIENT, Optional.of(new Secret("of the client")))),
        Optional.of(OwnKeys.make()),
        Optional.empty());
  }

  /** A browser with one tab or more: it keeps cookies, and follows nothing by itself. */
  private static final class Browser {
    private final Map<String, String> cookies = new HashMap<>();
    private final List<String> set = new ArrayList<>();

    Answer get(String path) throws Exception {
      HttpRequest.Builder request = api.request(path);
      if (!cookies.isEmpty()) {
        request.header("Cookie", header());
      }
      Answer answer = api.send(request.GET());
      for (String cookie : answer.raw().headers().allValues("Set-Cookie")) {
        set.add(cookie);
        String name = cookie.substring(0, cookie.indexOf('='));
        String value = cookie.substring(name.length() + 1, cookie.indexOf(';'));
        if (cookie.contains("Max-Age=0")) {
          cookies.remove(name);
        } else {
          cookies.put(name, value);
        }
      }
      return answer;
    }

    String header() {
      return String.join(
          "; ", cookies.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue()).toList());
    }

    /** Where the browser is sent from {@code path}. */
    String sentTo(String path) throws Exception {
      Answer answer = get(path);
      assertThat(answer.status()).as(answer.text()).isEqualTo(303);
      return answer.header("Location");
    }

    int me() throws Exception {
      return get("/v1/me").status();
    }
  }

  /** The provider signs the person in at once, and sends the browser back. */
  private static String atProvider(String authorize) throws Exception {
    HttpResponse<Void> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(authorize)).build(),
            HttpResponse.BodyHandlers.discarding());
    assertThat(answer.statusCode()).isEqualTo(302);
    URI back = URI.create(answer.headers().firstValue("Location").orElseThrow());
    assertThat(back.toString()).startsWith("http://127.0.0.1:" + api.port() + "/auth/callback?");
    return back.getRawPath() + "?" + back.getRawQuery();
  }

  private static Map<String, Object> claims(String role, UUID org) {
    Map<String, Object> claims = new HashMap<>();
    claims.put("role", role);
    claims.put("org_id", org.toString());
    return claims;
  }

  private static void answersWith(UUID person, Map<String, Object> claims, long validFor) {
    provider.enqueueCallback(
        new DefaultOAuth2TokenCallback(
            ISSUER, person.toString(), "JWT", List.of(CLIENT), claims, validFor));
  }

  private static void answersWith(UUID person, Map<String, Object> claims) {
    answersWith(person, claims, 300);
  }

  private static UUID specialist() {
    UUID person = UUID.randomUUID();
    api.person(TestCoreApi.ORG, person, "specialist");
    return person;
  }

  private static Map<String, String> query(String address) {
    Map<String, String> values = new HashMap<>();
    for (String pair : URI.create(address).getRawQuery().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      values.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return values;
  }

  @Test
  void aPersonSignsInAndComesToWhereTheyWantedToGo() throws Exception {
    Browser browser = new Browser();
    String authorize = browser.sentTo("/auth/login?return=%2Ftherapist%2Fpatient%3Fid%3D7");
    assertThat(query(authorize))
        .containsEntry("response_type", "code")
        .containsEntry("code_challenge_method", "S256")
        .containsEntry("client_id", CLIENT)
        .containsKeys("state", "nonce", "code_challenge");
    answersWith(specialist(), claims("specialist", TestCoreApi.ORG));
    assertThat(browser.sentTo(atProvider(authorize))).isEqualTo("/therapist/patient?id=7");
    assertThat(browser.me()).isEqualTo(200);
    assertThat(browser.set)
        .allMatch(cookie -> cookie.startsWith("__Host-kinebeam-"))
        .allMatch(cookie -> cookie.contains("; Secure; Path=/; HttpOnly; SameSite=Lax"));
    assertThat(browser.cookies).as("the attempt is forgotten").hasSize(1);
  }

  @Test
  void withoutAnAddressEveryRoleComesToItsOwnPage() throws Exception {
    Browser browser = new Browser();
    answersWith(TestCoreApi.PATIENT, claims("patient", TestCoreApi.ORG));
    assertThat(browser.sentTo(atProvider(browser.sentTo("/auth/login")))).isEqualTo("/patient");
  }

  @Test
  void aSuperadminIsKnownByTheProvidersName() throws Exception {
    Browser browser = new Browser();
    answersWith(UUID.randomUUID(), Map.of("role", "superadmin", "name", "Ada"));
    assertThat(browser.sentTo(atProvider(browser.sentTo("/auth/login")))).isEqualTo("/docs");
    assertThat(browser.get("/v1/me").json().path("display_name").asText()).isEqualTo("Ada");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/%09/evil.example",
        "javascript:alert(1)",
        "evil",
        "/a b",
        "/x\\y",
        "@evil.example"
      })
  void addressesOfOthersAreNotGoneTo(String address) throws Exception {
    Browser browser = new Browser();
    String encoded = URLEncoder.encode(address.replace("%09", "\t"), StandardCharsets.UTF_8);
    String authorize = browser.sentTo("/auth/login?return=" + encoded);
    answersWith(TestCoreApi.PATIENT, claims("patient", TestCoreApi.ORG));
    assertThat(browser.sentTo(atProvider(authorize))).isEqualTo("/patient");
  }

  @Test
  void anAnswerCountsInTheBrowserThatAskedAndWithItsState() throws Exception {
    Browser browser = new Browser();
    String callback = atProvider(browser.sentTo("/auth/login?return=%2Fclinic"));
    String expired = "/sign-in?error=expired";
    assertThat(new Browser().sentTo(callback)).isEqualTo(expired);
    String state = query("http://x" + callback).get("state");
    String wrong = state.substring(0, 20) + "AAAA" + state.substring(24);
    assertThat(browser.sentTo(callback.replace(state, wrong))).isEqualTo(expired);
    assertThat(browser.sentTo("/auth/callback?code=x")).isEqualTo(expired);
    assertThat(browser.me()).isEqualTo(401);
  }

  @Test
  void anAnswerThatComesTwiceIsHarmless() throws Exception {
    Browser browser = new Browser();
    String callback = atProvider(browser.sentTo("/auth/login"));
    Map<String, String> before = Map.copyOf(browser.cookies);
    answersWith(TestCoreApi.PATIENT, claims("patient", TestCoreApi.ORG));
    assertThat(browser.sentTo(callback)).isEqualTo("/patient");
    String session = browser.header();
    assertThat(browser.sentTo(callback)).as("the person is signed in").isEqualTo("/patient");
    assertThat(browser.header()).isEqualTo(session);
    Browser copied = new Browser();
    copied.cookies.putAll(before);
    assertThat(copied.sentTo(callback)).as("a code counts once").contains("/sign-in?error=");
    assertThat(copied.me()).isEqualTo(401);
  }

  @Test
  void whatElseTheProviderSendsIsPassedOver() throws Exception {
    Browser browser = new Browser();
    String callback = atProvider(browser.sentTo("/auth/login"));
    answersWith(TestCoreApi.PATIENT, claims("patient", TestCoreApi.ORG));
    assertThat(browser.sentTo(callback + "&session_state=a.b&vendor%5Bx%5D=1&vendor%5Bx%5D=&y="))
        .isEqualTo("/patient");
    assertThat(browser.me()).isEqualTo(200);
    assertThat(browser.get("/auth/login?vendor=1").status())
        .as("other routes refuse what they do not know")
        .isEqualTo(400);
  }

  @Test
  void twoTabsSignInSideBySide() throws Exception {
    Browser browser = new Browser();
    String first = atProvider(browser.sentTo("/auth/login?return=%2Fclinic"));
    String second = atProvider(browser.sentTo("/auth/login?return=%2Fclinic%2Finbox"));
    UUID person = specialist();
    answersWith(person, claims("specialist", TestCoreApi.ORG));
    assertThat(browser.sentTo(first)).isEqualTo("/clinic");
    answersWith(person, claims("specialist", TestCoreApi.ORG));
    assertThat(browser.sentTo(second)).isEqualTo("/clinic/inbox");
    assertThat(browser.me()).isEqualTo(200);
  }

  @Test
  void aBrowserKeepsFiveAttempts() throws Exception {
    Browser browser = new Browser();
    for (int i = 0; i < 9; i++) {
      browser.sentTo("/auth/login");
    }
    assertThat(browser.cookies).hasSize(5);
  }

  @Test
  void anIdTokenThatIsExpiredForeignOrIncompleteIsRefused() throws Exception {
    UUID person = specialist();
    Map<String, Object> good = claims("specialist", TestCoreApi.ORG);
    Map<String, Object> otherNonce = claims("specialist", TestCoreApi.ORG);
    otherNonce.put("nonce", "of another attempt");
    Map<String, Object> otherAudience = claims("specialist", TestCoreApi.ORG);
    otherAudience.put("aud", "another client");
    Map<String, Object> otherIssuer = claims("specialist", TestCoreApi.ORG);
    otherIssuer.put("iss", "https://evil.example");
    refused(person, good, -3600);
    refused(person, otherNonce, 300);
    refused(person, otherAudience, 300);
    refused(person, otherIssuer, 300);
    refused(person, Map.of(), 300);
    refused(person, Map.of("role", "specialist"), 300);
  }

  private static void refused(UUID person, Map<String, Object> claims, long validFor)
      throws Exception {
    Browser browser = new Browser();
    String callback = atProvider(browser.sentTo("/auth/login?return=%2Fclinic"));
    answersWith(person, claims, validFor);
    assertThat(browser.sentTo(callback))
        .as("%s for %d s", claims, validFor)
        .isEqualTo("/sign-in?error=refused&return=%2Fclinic");
    assertThat(browser.me()).isEqualTo(401);
  }

  @Test
  void whoIsNotEnteredOrInAnotherRoleOrDeactivatedIsToldSo() throws Exception {
    UUID deactivated = specialist();
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE people SET active = false WHERE person_id = ?", deactivated));
    unknown(UUID.randomUUID(), claims("specialist", TestCoreApi.ORG));
    unknown(specialist(), claims("clinic_admin", TestCoreApi.ORG));
    unknown(specialist(), claims("specialist", TestCoreApi.OTHER_ORG));
    unknown(specialist(), claims("service", TestCoreApi.ORG));
    unknown(deactivated, claims("specialist", TestCoreApi.ORG));
  }

  private static void unknown(UUID person, Map<String, Object> claims) throws Exception {
    Browser browser = new Browser();
    String callback = atProvider(browser.sentTo("/auth/login"));
    answersWith(person, claims);
    assertThat(browser.sentTo(callback)).isEqualTo("/sign-in?error=unknown");
    assertThat(browser.me()).isEqualTo(401);
  }

  @Test
  void whatTheProviderRefusesIsShown() throws Exception {
    Browser browser = new Browser();
    String state = query(browser.sentTo("/auth/login")).get("state");
    assertThat(browser.sentTo("/auth/callback?error=access_denied&state=" + state))
        .isEqualTo("/sign-in?error=denied");
    state = query(browser.sentTo("/auth/login")).get("state");
    assertThat(browser.sentTo("/auth/callback?error=server_error&state=" + state))
        .isEqualTo("/sign-in?error=provider");
    state = query(browser.sentTo("/auth/login")).get("state");
    assertThat(browser.sentTo("/auth/callback?code=c&iss=https%3A%2F%2Fe.example&state=" + state))
        .isEqualTo("/sign-in?error=refused");
  }

  @Test
  void withoutItsProviderTheCoreApiServesAndSaysSo() throws Exception {
    try (TestCoreApi alone = TestCoreApi.signingIn(config(URI.create("http://127.0.0.1:9/down")))) {
      Answer login = alone.send(alone.request("/auth/login?return=%2Fclinic").GET());
      assertThat(login.status()).isEqualTo(303);
      assertThat(login.header("Location")).isEqualTo("/sign-in?error=unavailable&return=%2Fclinic");
      assertThat(alone.send(alone.request("/sign-in").GET()).status()).isEqualTo(200);
      assertThat(alone.get("/v1/media/sessions", TestCoreApi.specialistToken()).status())
          .isEqualTo(200);
    }
  }

  @Test
  void signingOutEndsTheSessionHereAndLeadsToTheProviders() throws Exception {
    Browser browser = new Browser();
    String callback = atProvider(browser.sentTo("/auth/login"));
    answersWith(TestCoreApi.PATIENT, claims("patient", TestCoreApi.ORG));
    browser.sentTo(callback);
    Answer out =
        api.send(
            api.request("/auth/logout")
                .header("Cookie", browser.header())
                .header("Origin", "http://127.0.0.1:" + api.port())
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(out.json().path("next").asText())
        .startsWith(provider.endSessionEndpointUrl(ISSUER).toString())
        .contains("client_id=" + CLIENT)
        .contains("post_logout_redirect_uri=");
    assertThat(browser.me()).isEqualTo(401);
  }

  @Test
  void signingInWithoutAProofIsForDevelopment() throws Exception {
    assertThat(api.send(api.request("/auth/demo").GET()).status()).isEqualTo(404);
    Answer ways = api.send(api.request("/auth/ways").GET());
    assertThat(ways.json().path("development").asBoolean()).isFalse();
    assertThat(ways.json().path("provider").asBoolean()).isTrue();
  }
}
