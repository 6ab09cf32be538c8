package dev.kinebeam.coreapi.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.http.OpenHandler;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions of browsers, from signing in to their end. */
@Tag("servers")
class SessionsScenarioTest {
  /** The superadmin of development. */
  private static final UUID SUPERADMIN = UUID.fromString("00000000-0000-4000-8000-000000000001");

  private static TestCoreApi api;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static UUID newPerson(String role) {
    UUID person = UUID.randomUUID();
    api.person(TestCoreApi.ORG, person, role);
    return person;
  }

  private static HttpRequest.Builder with(String path, String cookie) {
    return api.request(path).header("Cookie", cookie);
  }

  private static Answer me(String cookie) throws Exception {
    return api.send(with("/v1/me", cookie).GET());
  }

  private static Answer speak(String locale, String cookie, String... headers) throws Exception {
    HttpRequest.Builder request = with("/v1/me", cookie).header("Content-Type", "application/json");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return api.send(
        request.PUT(HttpRequest.BodyPublishers.ofString("{\"locale\":\"" + locale + "\"}")));
  }

  private static String origin() {
    return "http://127.0.0.1:" + api.port();
  }

  @Test
  void aSessionTakesThePlaceOfAToken() throws Exception {
    String cookie = api.signIn(TestCoreApi.SPECIALIST);
    Answer me = me(cookie);
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.json().path("person_id").asText()).isEqualTo(TestCoreApi.SPECIALIST.toString());
    assertThat(me.json().path("role").asText()).isEqualTo("specialist");
    assertThat(me.json().path("locale").asText()).isEqualTo("en");
    assertThat(me.json().path("organization").path("org_id").asText())
        .isEqualTo(TestCoreApi.ORG.toString());
    assertThat(api.send(with("/v1/media/sessions", cookie).GET()).status()).isEqualTo(200);
    assertThat(api.send(with("/v1/admin/jobs", cookie).GET()).status()).isEqualTo(403);
    assertThat(me(cookie + "x").status()).isEqualTo(401);
    assertThat(me("a=b; " + cookie + "; c=d").status()).isEqualTo(200);
  }

  @Test
  void aTokenCountsAndTheCookieDoesNotWhereBothAreSent() throws Exception {
    String cookie = api.signIn(TestCoreApi.SPECIALIST);
    Answer patient =
        api.send(
            with("/v1/me", cookie)
                .header("Authorization", "Bearer " + TestCoreApi.patientToken())
                .GET());
    assertThat(patient.json().path("role").asText()).isEqualTo("patient");
    assertThat(api.send(with("/v1/me", cookie).header("Authorization", "Bearer x").GET()).status())
        .isEqualTo(401);
  }

  @Test
  void aSuperadminHasNoOrganizationAndALanguage() throws Exception {
    String cookie = api.signIn(SUPERADMIN);
    Answer me = me(cookie);
    assertThat(me.status()).as(me.text()).isEqualTo(200);
    assertThat(me.json().path("organization").isNull()).isTrue();
    assertThat(speak("ro", cookie, "Origin", origin()).json().path("locale").asText())
        .isEqualTo("ro");
    assertThat(me(cookie).json().path("locale").asText()).isEqualTo("ro");
  }

  @Test
  void aWriteMustComeFromAPageOfThisServer() throws Exception {
    String cookie = api.signIn(newPerson("specialist"));
    assertThat(speak("ro", cookie).status()).isEqualTo(403);
    for (String other :
        new String[] {"https://clinic.example", "null", "http://127.0.0.1", origin() + ".evil"}) {
      assertThat(speak("ro", cookie, "Origin", other).status()).as(other).isEqualTo(403);
    }
    for (String site : new String[] {"cross-site", "same-site", "none"}) {
      assertThat(speak("ro", cookie, "Sec-Fetch-Site", site, "Origin", origin()).status())
          .as(site)
          .isEqualTo(403);
    }
    assertThat(me(cookie).json().path("locale").asText()).isEqualTo("en");
    assertThat(speak("de", cookie, "Sec-Fetch-Site", "same-origin").status()).isEqualTo(200);
    assertThat(speak("ro", cookie, "Origin", origin()).json().path("locale").asText())
        .isEqualTo("ro");
  }

  @Test
  void aSessionEndsWhenItsPersonSignsOut() throws Exception {
    String cookie = api.signIn(TestCoreApi.SPECIALIST);
    String elsewhere = api.signIn(TestCoreApi.SPECIALIST);
    HttpRequest.Builder foreign =
        with("/auth/logout", cookie)
            .header("Origin", "https://clinic.example")
            .POST(HttpRequest.BodyPublishers.noBody());
    assertThat(api.send(foreign).status()).isEqualTo(403);
    assertThat(me(cookie).status()).isEqualTo(200);
    Answer out =
        api.send(
            with("/auth/logout", cookie)
                .header("Origin", origin())
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(out.status()).isEqualTo(200);
    assertThat(out.header("Set-Cookie")).contains("Max-Age=0");
    assertThat(me(cookie).status()).isEqualTo(401);
    assertThat(me(cookie).firstError().path("code").asText()).isEqualTo("session_over");
    assertThat(me(elsewhere).status()).isEqualTo(200);
  }

  @Test
  void signingInAgainEndsTheBrowsersFormerSession() throws Exception {
    String first = api.signIn(TestCoreApi.SPECIALIST);
    HttpRequest.Builder again =
        with("/auth/demo", first)
            .header("Origin", origin())
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"person_id\":\"" + TestCoreApi.PATIENT + "\"}"));
    assertThat(api.send(again).status()).isEqualTo(200);
    assertThat(me(first).status()).isEqualTo(401);
  }

  @Test
  void aSessionEndsWhenItsPersonIsDeactivated() throws Exception {
    UUID person = newPerson("clinic_admin");
    String cookie = api.signIn(person);
    assertThat(me(cookie).status()).isEqualTo(200);
    sql("UPDATE people SET active = false WHERE person_id = '" + person + "'");
    assertThat(me(cookie).status()).isEqualTo(401);
    sql("UPDATE people SET active = true WHERE person_id = '" + person + "'");
    assertThat(me(cookie).status()).as("it does not come back").isEqualTo(401);
  }

  @Test
  void aSessionIsOverEightHoursAfterItsLastRequestAndADayAfterItsBegin() throws Exception {
    UUID person = newPerson("specialist");
    String cookie = api.signIn(person);
    String of = " WHERE person_id = '" + person + "'";
    sql("UPDATE web_sessions SET last_used_at = now() - interval '7 hours 59 minutes'" + of);
    assertThat(me(cookie).status()).isEqualTo(200);
    sql("UPDATE web_sessions SET last_used_at = last_used_at - interval '7 hours'" + of);
    assertThat(me(cookie).status()).as("the request before was noted").isEqualTo(200);
    sql("UPDATE web_sessions SET last_used_at = now() - interval '8 hours 1 minute'" + of);
    assertThat(me(cookie).status()).isEqualTo(401);
    sql("UPDATE web_sessions SET last_used_at = now(), expires_at = now()" + of);
    assertThat(me(cookie).status()).isEqualTo(401);
  }

  @Test
  void sessionsThatAreOverAreDeletedWhenOthersBegin() throws Exception {
    UUID person = newPerson("specialist");
    api.signIn(person);
    sql(
        "UPDATE web_sessions SET last_used_at = now() - interval '9 hours' WHERE person_id = '"
            + person
            + "'");
    api.signIn(TestCoreApi.PATIENT);
    assertThat(count("SELECT count(*) FROM web_sessions WHERE person_id = '" + person + "'"))
        .isZero();
  }

  @Test
  void theCookieIsKeptFromScriptsAndTheDatabaseHasItsHashAlone() throws Exception {
    Answer answer =
        api.send(
            api.request("/auth/demo")
                .header("Origin", origin())
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"person_id\":\"" + TestCoreApi.PATIENT + "\"}")));
    String cookie = answer.header("Set-Cookie");
    assertThat(cookie).contains("; Path=/; HttpOnly; SameSite=Lax");
    String value = cookie.replaceAll("^[^=]+=|;.*", "");
    assertThat(value).hasSize(43);
    assertThat(
            count("SELECT count(*) FROM web_sessions WHERE token_hash = sha256('" + value + "')"))
        .isEqualTo(1);
  }

  private static HttpRequest.Builder logout(String cookie) {
    return with("/auth/logout", cookie)
        .header("Origin", origin())
        .POST(HttpRequest.BodyPublishers.noBody());
  }

  @Test
  void aWholeClinicSignsOutInOneMinuteFromOneAddress() throws Exception {
    String last = "";
    for (int i = 0; i <= OpenHandler.USUAL_PER_MINUTE; i++) {
      last = api.signIn(TestCoreApi.SPECIALIST);
      assertThat(api.send(logout(last)).status()).as("the %dth", i + 1).isEqualTo(200);
    }
    for (int i = 1; i < OpenHandler.USUAL_PER_MINUTE; i++) {
      assertThat(api.send(logout(last)).status()).isEqualTo(200);
    }
    Answer beyond = api.send(logout(last));
    assertThat(beyond.status()).isEqualTo(429);
    assertThat(beyond.header("Retry-After")).isNotEmpty();
  }

  /** What a page gets whose owner has its name lead to this machine. */
  private static String underTheName(String name, String method, String path, String more)
      throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      String host = name + ":" + api.port();
      String head =
          "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
              .formatted(method, path, host, more.replace("HOST", host));
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
    }
  }

  @Test
  void aNameThatWasReboundToThisMachineIsNotItsOwn() throws Exception {
    String logout = "Content-Length: 0\r\n";
    for (String site : new String[] {"", "Sec-Fetch-Site: same-origin\r\n"}) {
      for (String origin : new String[] {"", "Origin: http://HOST\r\n"}) {
        String more = logout + site + origin;
        assertThat(underTheName("evil.example", "POST", "/auth/logout", more))
            .as(more)
            .isEqualTo("403");
      }
    }
    assertThat(underTheName("evil.example", "GET", "/auth/demo", "")).isEqualTo("403");
    for (String own : new String[] {"127.0.0.1", "localhost", "[::1]"}) {
      assertThat(underTheName(own, "GET", "/auth/demo", "")).as(own).isEqualTo("200");
      String more = logout + "Origin: http://HOST\r\n";
      assertThat(underTheName(own, "POST", "/auth/logout", more)).as(own).isEqualTo("200");
    }
  }

  @Test
  void aLoginOfADeploymentSignsNobodyInWithoutAProof() throws Exception {
    sql("CREATE ROLE deployed_core_api LOGIN IN ROLE kinebeam_core_api");
    try (TestCoreApi deployed = TestCoreApi.signingInBy("deployed_core_api")) {
      for (UUID person : new UUID[] {SUPERADMIN, TestCoreApi.SPECIALIST}) {
        assertThatThrownBy(() -> deployed.signIn(person)).isInstanceOf(IllegalStateException.class);
      }
      assertThat(count(deployed, "SELECT count(*) FROM web_sessions")).isZero();
    } finally {
      sql("DROP ROLE deployed_core_api");
    }
  }

  @Test
  void aSuperadminWhoIsSwitchedOffIsOfferedNoMore() throws Exception {
    api.signIn(SUPERADMIN);
    sql(
        "INSERT INTO platform_people (person_id, active) VALUES ('%s', false)".formatted(SUPERADMIN)
            + " ON CONFLICT (person_id) DO UPDATE SET active = false");
    try {
      assertThat(api.send(api.request("/auth/demo").GET()).text())
          .doesNotContain(SUPERADMIN.toString());
    } finally {
      sql("UPDATE platform_people SET active = true WHERE person_id = '" + SUPERADMIN + "'");
    }
    assertThat(api.send(api.request("/auth/demo").GET()).text()).contains(SUPERADMIN.toString());
  }

  @Test
  void theCoreApisLoginReachesSessionsByTheirValueAlone() throws Exception {
    try (Connection connection = api.databaseAs("core_api").getConnection();
        Statement statement = connection.createStatement()) {
      for (String refused :
          new String[] {
            "SELECT * FROM web_sessions",
            "DELETE FROM web_sessions",
            "UPDATE platform_people SET active = true"
          }) {
        assertThatThrownBy(() -> statement.execute(refused))
            .as(refused)
            .hasMessageContaining("permission denied");
      }
    }
  }

  private static void sql(String statement) {
    api.owner().useHandle(handle -> handle.execute(statement));
  }

  private static int count(String question) {
    return count(api, question);
  }

  private static int count(TestCoreApi of, String question) {
    return of.owner().withHandle(handle -> handle.createQuery(question).mapTo(Integer.class).one());
  }
}
