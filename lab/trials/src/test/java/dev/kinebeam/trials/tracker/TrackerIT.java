package dev.kinebeam.trials.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.WaitUntilState;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.kinebeam.gateway.Gateway;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.Stall;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.SessionStatus;
import dev.kinebeam.schemas.event.WaitCause;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.servers.ServersInProcess;
import dev.kinebeam.web.testing.NodePackages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a session's row says is what was done to the player: in Chromium, over a network that the
 * scenes shape, through the real gateway and Kafka and the job's own merging.
 */
@Tag("browser")
@Tag("timed")
class TrackerIT {
  private static final UUID ORG = UUID.randomUUID();
  private static final UUID PATIENT = UUID.randomUUID();

  /** Scenes that play at the same time: each waits most of its time. */
  private static final List<List<String>> TOGETHER =
      List.of(
          List.of("watched", "stalls", "missing"),
          List.of("broken", "absent", "qualities"),
          List.of("pauseInStall", "seekOutOfStall", "seekIntoWait"),
          List.of("drag", "replaced", "reloaded"),
          List.of("resumeIntoStall", "elsewhere", "literal"),
          List.of("module", "classic", "late"));

  @TempDir private static Path folder;
  private static LocalStack stack;
  private static Gateway gateway;
  private static ShapedSite site;
  private static Chromium chromium;
  private static Rows rows;
  private static final Map<String, Object> PLAYED = new HashMap<>();

  @BeforeAll
  static void start() throws Exception {
    SampleMedia.make(folder.resolve("media"));
    stack = LocalStack.start(StackSettings.forTests(folder.resolve("stack")));
    addPatient();
    site = ShapedSite.of(TrackerSite.in(folder));
    gateway =
        ServersInProcess.gateway(stack.endpoints(), "--cors-origin=" + site.origin().toString());
    rows = new Rows(stack.endpoints().kafkaBootstrapServers());
    chromium = Chromium.startKeepingPages();
    for (List<String> together : TOGETHER) {
      Map<String, Page> pages = new HashMap<>();
      for (String scene : together) {
        pages.put(scene, begin(scene));
      }
      for (Map.Entry<String, Page> page : pages.entrySet()) {
        PLAYED.put(page.getKey(), page.getValue().evaluate("window.done"));
      }
    }
  }

  @AfterAll
  static void stop() throws Exception {
    chromium.close();
    gateway.close();
    site.close();
    stack.close();
  }

  private static void addPatient() throws Exception {
    Endpoints.Database database = stack.endpoints().database();
    PatientWithConsent.add(database, ORG, PATIENT);
  }

  private static String token() throws Exception {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(PATIENT.toString())
            .claim("org_id", ORG.toString())
            .claim("role", "patient")
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
    token.sign(new MACSigner(stack.endpoints().authSecret().getBytes(StandardCharsets.UTF_8)));
    return token.serialize();
  }

  private static String address() throws Exception {
    return "%s/stage/page.html?gateway=http://127.0.0.1:%d&token=%s"
        .formatted(site.origin(), gateway.port(), token());
  }

  private static Page open() throws Exception {
    Page page = chromium.page();
    page.navigate(address());
    page.waitForFunction("window.ready");
    return page;
  }

  /** A page that plays a scene; its promise of the truth is {@code window.done}. */
  private static Page begin(String scene) throws Exception {
    Page page = open();
    page.evaluate(
        """
        scene => { window.done = play(scene).then(JSON.stringify, error => `failed: ${error}`); }
        """,
        scene);
    return page;
  }

  private static Truth parsed(Object played) throws Exception {
    String text = String.valueOf(played);
    assertThat(text).startsWith("{");
    return Json.MAPPER.readValue(text, Truth.class);
  }

  private static Truth truth(String scene) throws Exception {
    return parsed(PLAYED.get(scene));
  }

  /** The row of a scene, which agrees with what was done. */
  private static SessionMetrics agreed(String scene) throws Exception {
    return agreed(truth(scene)).metrics();
  }

  private static MeasuredSession agreed(Truth truth) {
    MeasuredSession row = rows.ended(truth.session());
    assertThat(truth.differences(row)).isEmpty();
    return row;
  }

  private static List<Stall> stalls(MeasuredSession row) {
    return row.waits().stream().filter(wait -> wait.cause() == WaitCause.STALL).toList();
  }

  @Test
  void aVideoThatIsWatchedToItsEndIsCompleted() throws Exception {
    SessionMetrics row = agreed("watched");
    assertThat(row.identity().status()).isEqualTo(SessionStatus.COMPLETED);
    assertThat(row.playback().milestonePercent()).isEqualTo(95);
    assertThat(row.playback().pauses()).isZero();
    assertThat(row.smoothness().stallCount()).isZero();
    assertThat(row.startUp().startedPlaying()).isTrue();
  }

  @Test
  void eachStallHasItsLength() throws Exception {
    Truth truth = truth("stalls");
    MeasuredSession row = agreed(truth);
    assertThat(stalls(row)).hasSize(2).allMatch(Stall::recovered);
    assertThat(row.metrics().smoothness().bufferingCount()).isEqualTo(2);
    assertThat(row.metrics().playback().heartbeats()).isPositive();
    assertThat(row.metrics().startUp().ttfbMs()).isPositive();
    assertThat(row.metrics().identity().status()).isEqualTo(SessionStatus.ABANDONED);
  }

  @Test
  void aSlowStartIsMeasuredFromTheClick() throws Exception {
    Page page = begin("slowStart");
    page.waitForFunction("window.clickable");
    page.click("#go");
    Truth truth = parsed(page.evaluate("window.done"));
    MeasuredSession row = agreed(truth);
    assertThat(row.metrics().startUp().videoLoadTimeMs()).isGreaterThan(1200);
    assertThat(row.metrics().smoothness().stallCount()).isZero();
    assertThat(row.waits()).extracting(Stall::cause).containsExactly(WaitCause.STARTUP);
  }

  @Test
  void aMissingSegmentIsAnErrorThatTheOtherRenditionRepairs() throws Exception {
    SessionMetrics row = agreed("missing");
    assertThat(row.faults().errorTypes()).containsExactly("HTTP_404");
    assertThat(row.faults().fatalError()).isFalse();
    assertThat(row.startUp().initialResolution()).isEqualTo("180p");
    assertThat(row.smoothness().resolutionSwitches()).isPositive();
  }

  @Test
  void aSegmentThatIsMissingEverywhereEndsTheSession() throws Exception {
    SessionMetrics row = agreed("broken");
    assertThat(row.identity().status()).isEqualTo(SessionStatus.ERROR);
    assertThat(row.faults().fatalError()).isTrue();
    assertThat(row.startUp().startedPlaying()).isTrue();
  }

  @Test
  void aVideoThatIsNotThereNeverStarts() throws Exception {
    SessionMetrics row = agreed("absent");
    assertThat(row.identity().status()).isEqualTo(SessionStatus.ERROR);
    assertThat(row.startUp().askedToPlay()).isTrue();
    assertThat(row.startUp().startedPlaying()).isFalse();
    assertThat(row.startUp().videoLoadTimeMs()).isNull();
  }

  @Test
  void theRenditionIsWhatIsOnScreen() throws Exception {
    SessionMetrics row = agreed("qualities");
    assertThat(row.startUp().initialResolution()).isEqualTo("90p");
    assertThat(row.smoothness().resolutionSwitches()).isEqualTo(2);
    assertThat(row.smoothness().bitrateSwitches()).isEqualTo(2);
    assertThat(row.smoothness().peakResolution()).isEqualTo("180p");
  }

  @Test
  void aPauseEndsAStall() throws Exception {
    MeasuredSession row = agreed(truth("pauseInStall"));
    assertThat(stalls(row)).extracting(Stall::endedBy).containsExactly(Stall.EndedBy.PAUSE);
    assertThat(row.metrics().playback().pauses()).isEqualTo(1);
  }

  @Test
  void aStallThatIsResumedIntoIsAnother() throws Exception {
    MeasuredSession row = agreed(truth("resumeIntoStall"));
    assertThat(stalls(row))
        .extracting(Stall::endedBy)
        .containsExactly(Stall.EndedBy.PAUSE, Stall.EndedBy.BUFFERING_END);
  }

  @Test
  void aSeekOutOfAStallEndsIt() throws Exception {
    MeasuredSession row = agreed(truth("seekOutOfStall"));
    assertThat(stalls(row)).extracting(Stall::endedBy).containsExactly(Stall.EndedBy.SEEK);
    assertThat(row.metrics().playback().seeks()).isEqualTo(1);
  }

  @Test
  void aWaitAfterASeekIsNotAStall() throws Exception {
    MeasuredSession row = agreed(truth("seekIntoWait"));
    assertThat(stalls(row)).isEmpty();
    assertThat(row.waits()).extracting(Stall::cause).contains(WaitCause.SEEK);
  }

  @Test
  void aDragIsOneSeek() throws Exception {
    SessionMetrics row = agreed("drag");
    assertThat(row.playback().seeks()).isEqualTo(1);
    assertThat(row.smoothness().stallCount()).isZero();
  }

  @Test
  void anotherVideoInTheSameElementIsAnotherSession() throws Exception {
    Truth truth = truth("replaced");
    SessionMetrics first = agreed(truth).metrics();
    assertThat(first.identity().status()).isEqualTo(SessionStatus.ABANDONED);
    SessionMetrics second = rows.ended(truth.next()).metrics();
    assertThat(second.identity().status()).isEqualTo(SessionStatus.COMPLETED);
    assertThat(second.identity().mediaId()).isEqualTo("the next one");
    assertThat(second.startUp().videoLoadTimeMs()).isBetween(0L, 2000L);
    assertThat(second.smoothness().stallCount()).isZero();
  }

  @Test
  void anotherVideoIsAnotherSessionThoughThePageDoesNotCallTheTracker() throws Exception {
    Truth truth = truth("reloaded");
    SessionMetrics first = rows.ended(truth.session()).metrics();
    // Up to a quarter of a second before the other video is lost.
    assertThat(first.playback().watchedDurationSeconds())
        .isBetween(truth.played() - 0.4, truth.played() + 0.15);
    assertThat(rows.when(truth.next(), tally -> true).metrics().identity().mediaId())
        .isEqualTo("reloaded");
  }

  @Test
  void theTimeToTheFirstByteOfAnotherOriginIsKnownIfThatAllowsIt() throws Exception {
    assertThat(agreed("elsewhere").startUp().ttfbMs()).isPositive();
    Page page = open();
    Truth truth = parsed(page.evaluate("play('elsewhere', 'untimed').then(JSON.stringify)"));
    assertThat(agreed(truth).metrics().startUp().ttfbMs()).isNull();
  }

  /**
   * It does not report what was watched, sends no session_end, and a session_start at the end of
   * each stall, when the browser reports that it can play.
   */
  @Test
  void theIntegrationOfTheSpecificationHasRightWaits() throws Exception {
    Truth truth = truth("literal");
    MeasuredSession row = rows.when(truth.session(), tally -> tally.eventsSeen() >= truth.events());
    assertThat(truth.asHeard().waits(row)).isEmpty();
    assertThat(stalls(row)).hasSize(1);
    assertThat(row.metrics().identity().mediaId()).isEqualTo("literal");
    assertThat(row.metrics().startUp().videoLoadTimeMs()).isPositive();
    assertThat(row.metrics().startUp().ttfbMs()).isPositive();
  }

  @Test
  void theDocumentedIntegrationsWork() throws Exception {
    assertThat(agreed("module").identity().mediaId()).isEqualTo("module");
    // The module may arrive after the first picture, whose time is then known less exactly.
    SessionMetrics classic = rows.ended(truth("classic").session()).metrics();
    assertThat(classic.identity().mediaId()).isEqualTo("classic");
    assertThat(classic.startUp().videoLoadTimeMs()).isNotNull();
    assertThat(classic.playback().watchedDurationSeconds()).isBetween(0.3, 1.2);
  }

  @Test
  void aTrackerThatComesLateKnowsWhenTheVideoBegan() throws Exception {
    Truth truth = truth("late");
    MeasuredSession row = rows.ended(truth.session());
    assertThat(truth.waits(row)).filteredOn(line -> !line.contains("STARTUP")).isEmpty();
    // The first picture is shown a little before the playhead moves.
    assertThat((double) row.metrics().startUp().videoLoadTimeMs())
        .isBetween(truth.start().earliest() - 100, truth.began() + 100);
    assertThat(row.metrics().playback().watchedDurationSeconds())
        .isBetween(truth.played() - 0.15, truth.played() + 0.15);
  }

  @Test
  @Tag("node")
  void stallsInShakaPlayer() throws Exception {
    NodePackages.install(Path.of("src/test/players"), Path.of("target/players").toAbsolutePath());
    Page page = begin("shaka");
    Truth truth = parsed(page.evaluate("window.done"));
    MeasuredSession row = agreed(truth);
    assertThat(stalls(row)).hasSize(1).allMatch(Stall::recovered);
    assertThat(row.metrics().startUp().initialBitrate()).isPositive();
    assertThat(row.metrics().startUp().ttfbMs()).isPositive();
  }

  @Test
  void leavingThePageEndsTheSession() throws Exception {
    Page page = begin("plays");
    Truth truth = parsed(page.evaluate("window.done"));
    page.navigate("about:blank");
    SessionMetrics row = rows.ended(truth.session()).metrics();
    assertThat(row.identity().status()).isEqualTo(SessionStatus.ABANDONED);
    assertThat(row.startUp().videoLoadTimeMs()).isNotNull();
    assertThat(row.playback().watchedDurationSeconds())
        .isGreaterThanOrEqualTo(truth.played() - 0.1);
  }

  @Test
  void comingBackToAPageThatTheBrowserKeptContinuesTheSession() throws Exception {
    Page page = begin("plays");
    UUID session = parsed(page.evaluate("window.done")).session();
    page.navigate(site.origin() + "/stage/observer.js");
    rows.ended(session);
    page.goBack(new Page.GoBackOptions().setWaitUntil(WaitUntilState.COMMIT));
    page.waitForFunction("window.stage");
    page.evaluate(
        """
        async () => {
          await stage.video.play();
          await stage.at(stage.video.currentTime + 1);
        }
        """);
    Truth truth = parsed(page.evaluate("() => JSON.stringify(stage.done())"));
    MeasuredSession row =
        rows.when(session, tally -> tally.endedByClient() && tally.eventsSeen() > 5);
    assertThat(truth.session()).isEqualTo(session);
    assertThat(row.metrics().playback().watchedDurationSeconds()).isGreaterThan(2.4);
    assertThat(stalls(row)).isEmpty();
    assertThat(row.metrics().trust().countersDisagree()).isFalse();
  }

  @Test
  void whatHappensWithoutANetworkIsSentAfterwards() throws Exception {
    Page page = begin("plays");
    page.evaluate("window.done");
    page.context().setOffline(true);
    Truth truth =
        parsed(
            page.evaluate(
                """
                async () => {
                  await stage.at(2.4);
                  return JSON.stringify(stage.done());
                }
                """));
    assertThat(rows.tally(truth.session()).orElseThrow().endedByClient()).isFalse();
    page.context().setOffline(false);
    SessionMetrics row = agreed(truth).metrics();
    assertThat(row.identity().endedBy()).isEqualTo("client");
  }

  @Test
  void hidingThePageEndsAStall() throws Exception {
    try (DevTools browser = DevTools.start(folder.resolve("profile"))) {
      DevTools.Tab page = browser.open(address());
      Eventually.until("the page", () -> page.evaluate("window.ready === true").asBoolean());
      page.evaluate("play('plays', 'hidden')");
      page.evaluate("stage.stallsUntilHidden()");
      browser.open("about:blank");
      page.evaluate("stage.arrivesHidden()");
      page.bringToFront();
      page.evaluate("stage.at(stage.video.currentTime + 0.5)");
      double seen = page.evaluate("stage.seen.ms").asDouble();
      double close = 100 + page.evaluate("stage.seen.gap").asDouble();
      Truth truth = parsed(page.evaluate("JSON.stringify(stage.done())").asText());
      MeasuredSession row = rows.ended(truth.session());
      assertThat(stalls(row)).hasSize(1).allMatch(stall -> !stall.recovered());
      assertThat((double) stalls(row).get(0).durationMs()).isBetween(seen - close, seen + close);
      assertThat(row.metrics().trust().countersDisagree()).isFalse();
    }
  }

  @Test
  void theOutboxDoesWhatEachAnswerAsksFor() throws Exception {
    try (Page page = open()) {
      JsonNode found =
          Json.MAPPER.readTree((String) page.evaluate("() => sending().then(JSON.stringify)"));
      assertThat(found.findValuesAsText("wrong")).isEmpty();
      assertThat(found.path("checked").asInt()).isGreaterThan(8);
    }
  }
}
