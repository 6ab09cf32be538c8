package dev.kinebeam.trials.players;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import dev.kinebeam.catalog.host.PlaybackToken;
import dev.kinebeam.composer.hls.PlannedComposition;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.testing.ExpectedFromPicks;
import dev.kinebeam.localstack.services.HostStage;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.proof.ExpectedRender;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.browser.HlsPlayer;
import dev.kinebeam.trials.browser.WebPlayer;
import dev.kinebeam.trials.docs.ShellBlocks;
import dev.kinebeam.web.testing.NodePackages;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A composition of our own host in players that are not ours, each of them in every quality and at
 * every joint, from a page of another origin.
 */
class PlayersIT {
  private static final SampleExercise SAMPLE = SampleExercise.small();
  private static final List<Integer> LINES = List.of(1080, 720, 480, 360);
  private static final Path PACKAGES = Path.of("target/players").toAbsolutePath();
  private static final String ALLOWED = "Access-Control-Allow-Origin";
  private static final String TITLE = "played-everywhere";

  @TempDir private static Path folder;
  private static LocalPages pages;
  private static HostStage stage;
  private static PlannedComposition planned;
  private static ExpectedRender expected;
  private static Joints joints;
  private static String id;
  private static URI master;

  @BeforeAll
  static void open() throws Exception {
    pages = LocalPages.empty();
    stage = HostStage.open(folder, Set.of(pages.origin().toString()));
    Recipe recipe =
        new Recipe(SampleExercise.SLUG, "ro", List.of(new SetSpec("left", 10)), 1L, false);
    planned = stage.composed(recipe, Profile.FULL_HD.ladder());
    expected = ExpectedFromPicks.of(SAMPLE, recipe, planned.plan().script().picks());
    joints = Joints.of(SAMPLE, expected);
    id = stage.publish(planned.composition(), TITLE);
    master = stage.client().playback(id).hls();
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
    pages.close();
  }

  private static Path packages() throws Exception {
    Path sources = Path.of("src/test/players");
    NodePackages.install(sources, PACKAGES);
    Files.copy(
        sources.resolve("validate.mjs"),
        PACKAGES.resolve("validate.mjs"),
        StandardCopyOption.REPLACE_EXISTING);
    return PACKAGES.resolve("node_modules");
  }

  @ParameterizedTest
  @EnumSource(WebPlayer.class)
  @Tag("browser")
  @Tag("node")
  void aPlayerOfAnotherOriginShowsTheRightFrameAtEachJointInEveryQuality(WebPlayer kind)
      throws Exception {
    Path packages = packages();
    try (Chromium chromium = Chromium.start()) {
      for (int lines : LINES) {
        try (Page page = chromium.page()) {
          List<String> complaints = Chromium.complaintsOf(page);
          HlsPlayer player = HlsPlayer.in(page, pages.origin(), kind, packages);
          double seconds = player.open(master, lines);
          assertThat(seconds).isCloseTo(expected.frames() / 30.0, within(0.05));
          Set<Integer> shown = new HashSet<>();
          List<String> wrong =
              joints.wrong(
                  at -> {
                    HlsPlayer.Shown picture = player.at(at);
                    shown.add(picture.lines());
                    return picture.barcode();
                  });
          assertThat(wrong).as("%s, %d lines", kind, lines).isEmpty();
          assertThat(shown).containsExactly(lines);
          assertThat(complaints).isEmpty();
        }
      }
    }
  }

  @Test
  @Tag("ffmpeg")
  void ffmpegShowsEveryFrameOfEveryQualityWithoutComplaint() throws Exception {
    List<Optional<Barcode>> frames = expected.barcodes().stream().map(Optional::of).toList();
    assertThat(new DebianFfmpeg(folder).play(master, LINES.size()))
        .hasSize(LINES.size())
        .allSatisfy(shown -> assertThat(shown).isEqualTo(frames));
  }

  /** In the file: its version 5.1 cannot seek in HLS of fragmented MP4, its own included. */
  @Test
  @Tag("ffmpeg")
  void ffmpegSeeksToEachJointOfTheOriginal() throws Exception {
    DebianFfmpeg ffmpeg = new DebianFfmpeg(folder);
    URI original = stage.client().original(id);
    assertThat(stage.whenMade(original).statusCode()).isEqualTo(200);
    assertThat(joints.wrong(seconds -> ffmpeg.at(original, seconds))).isEmpty();
  }

  @Test
  void onlyPagesOfConfiguredOriginsMayReadWhatTheHostSends() throws Exception {
    String origin = pages.origin().toString();
    URI segment = stage.segments(master, "360p").get(1);
    for (URI address : List.of(master, segment)) {
      HttpResponse<byte[]> named = stage.get(address, "Origin", origin);
      assertThat(named.headers().firstValue(ALLOWED)).hasValue(origin);
      assertThat(named.headers().firstValue("Timing-Allow-Origin")).hasValue(origin);
      HttpResponse<byte[]> other = stage.get(address, "Origin", "https://elsewhere.example");
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.headers().firstValue(ALLOWED)).isEmpty();
    }
  }

  @Test
  @Tag("browser")
  void aPageOfAnotherOriginDoesNotPlay() throws Exception {
    URI elsewhere = URI.create("http://localhost:" + pages.origin().getPort());
    try (Chromium chromium = Chromium.start();
        Page page = chromium.page()) {
      HlsPlayer player = HlsPlayer.in(page, elsewhere, WebPlayer.HLS_JS, PACKAGES);
      assertThatThrownBy(() -> player.open(master)).hasMessageContaining("manifestLoadError");
    }
  }

  /** The reader of docs/integrating.md, while the address that it began with expires. */
  @Test
  @Tag("browser")
  void anAddressThatExpiresInTheMiddleIsRenewedWithoutInterruption() throws Exception {
    List<URI> given = new CopyOnWriteArrayList<>();
    try (Chromium chromium = Chromium.start();
        Page page = chromium.page()) {
      List<String> complaints = Chromium.complaintsOf(page);
      List<String> fetched = new CopyOnWriteArrayList<>();
      page.onResponse(response -> fetched.add(response.status() + " " + response.url()));
      HlsPlayer.in(page, pages.origin(), WebPlayer.HLS_JS, PACKAGES);
      page.exposeFunction(
          "playback",
          arguments -> {
            Instant expires = Instant.now().plus(Duration.ofHours(given.isEmpty() ? 1 : 2));
            given.add(addressUntil(expires));
            return Map.of(
                "playback_hls_url", given.get(given.size() - 1).toString(),
                "playback_expires_at", expires.toString());
          });
      page.addScriptTag(
          new Page.AddScriptTagOptions()
              .setContent(ShellBlocks.of("integrating.md", "Play a render", "js").get(0)));
      page.evaluate(
          """
          async () => {
            const video = document.querySelector('video');
            window.stops = 0;
            video.addEventListener('playing', () => {
              video.addEventListener('waiting', () => { if (!video.ended) window.stops++; });
            }, { once: true });
            await playRender(video, window.playback, { maxBufferLength: 1, maxMaxBufferLength: 1 });
            await video.play();
          }
          """);
      page.waitForFunction("document.querySelector('video').currentTime > 2");
      page.evaluate("() => { const now = Date.now; Date.now = () => now() + 61 * 60_000; }");
      stage.ahead = Duration.ofMinutes(61);
      assertThat(stage.get(given.get(0)).statusCode()).isEqualTo(403);
      page.waitForFunction("document.querySelector('video').ended");
      assertThat(page.evaluate("window.stops")).isEqualTo(0);
      assertThat(given).hasSize(2);
      assertThat(fetched)
          .allMatch(line -> line.startsWith("200 "))
          .anyMatch(line -> line.contains(token(given.get(0))) && line.endsWith(".m4s"))
          .anyMatch(line -> line.contains(token(given.get(1))) && line.endsWith(".m4s"));
      assertThat(complaints).isEmpty();
    } finally {
      stage.ahead = Duration.ZERO;
    }
  }

  private static URI addressUntil(Instant expires) {
    String token = new PlaybackToken(UUID.fromString(id), expires).signed(HostStage.TOKEN_KEY);
    return URI.create(master.toString().replace(token(master), token));
  }

  private static String token(URI address) {
    return address.getPath().split("/", -1)[2];
  }

  @Test
  @Tag("node")
  void aValidatorFindsNothing() throws Exception {
    assertThat(findings(master)).isEmpty();
  }

  private static List<String> findings(URI presentation) throws Exception {
    packages();
    return NodePackages.run(PACKAGES, "node", "validate.mjs", presentation.toString())
        .lines()
        .toList();
  }

  static Stream<Spoilt> spoilt() {
    return Spoilt.ALL.stream();
  }

  /** What it is for: each fault is found. */
  @ParameterizedTest
  @MethodSource("spoilt")
  @Tag("node")
  void theValidatorFindsEachFault(Spoilt fault) throws Exception {
    LocalPages.Site copy =
        path -> {
          URI address = URI.create("http://" + master.getAuthority() + path);
          HttpResponse<byte[]> answer = stage.get(address);
          String type = answer.headers().firstValue("Content-Type").orElseThrow();
          return new LocalPages.Content(type, fault.in(path, answer.body()));
        };
    try (LocalPages site = LocalPages.of(copy)) {
      URI address = URI.create(site.origin() + master.getRawPath());
      assertThat(findings(address)).anyMatch(finding -> finding.contains(fault.finding()));
    }
  }

  @Test
  @Tag("nginx")
  void behindACachingProxyTwoViewersAreOneFetchAtTheHost() throws Exception {
    URI host = URI.create("http://" + master.getAuthority());
    try (CachingProxy proxy = CachingProxy.before(host, folder)) {
      URI first = proxy.in(addressUntil(Instant.now().plusSeconds(600)));
      URI second = proxy.in(addressUntil(Instant.now().plusSeconds(900)));
      List<URI> segments = stage.segments(first, "720p");
      long before = segmentsServed();
      for (URI viewer : List.of(first, second)) {
        for (URI segment : stage.segments(viewer, "720p")) {
          HttpResponse<byte[]> direct = stage.get(direct(segment));
          HttpResponse<byte[]> cached = stage.get(segment, "Origin", pages.origin().toString());
          assertThat(cached.statusCode()).isEqualTo(200);
          assertThat(cached.body()).isEqualTo(direct.body());
          assertThat(cached.headers().firstValue(ALLOWED)).hasValue(pages.origin().toString());
          assertThat(cached.headers().firstValue("Cache-Control").orElseThrow())
              .contains("immutable");
        }
      }
      assertThat(segmentsServed() - before).isEqualTo(3L * segments.size());
      refusals(proxy, segments.get(1), first);
      assertThat(proxy.errors()).isEmpty();
    }
  }

  /** Of a segment that the proxy has. */
  private static void refusals(CachingProxy proxy, URI segment, URI viewer) throws Exception {
    assertThat(stage.get(segment, "Range", "bytes=10-19").body()).hasSize(10);
    HttpResponse<byte[]> elsewhere = stage.get(segment, "Origin", "https://elsewhere.example");
    assertThat(elsewhere.headers().firstValue(ALLOWED)).isEmpty();

    String other = stage.publish(planned.composition(), TITLE + "-too");
    stage.client().delete(other);
    for (PlaybackToken token :
        List.of(
            new PlaybackToken(UUID.fromString(id), Instant.now().minusSeconds(1)),
            new PlaybackToken(UUID.fromString(other), Instant.now().plusSeconds(60)))) {
      String foreign = token.signed(HostStage.TOKEN_KEY);
      URI address = URI.create(segment.toString().replace(token(viewer), foreign));
      HttpResponse<byte[]> refused = stage.get(address, "Origin", pages.origin().toString());
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.headers().firstValue(ALLOWED)).hasValue(pages.origin().toString());
    }
    assertThat(stage.get(proxy.in(URI.create("http://host/v1/videos/" + id))).statusCode())
        .isEqualTo(404);
  }

  /** In Node.js, with its answers sent to the host as CloudFront would send them. */
  @Test
  @Tag("node")
  void theFunctionForCloudFrontTakesTheTokenOutOfTheCacheKey() throws Exception {
    URI segment = stage.segments(master, "720p").get(1);
    byte[] content = stage.get(segment).body();
    Set<URI> keys = new HashSet<>();
    for (int viewer = 1; viewer <= 2; viewer++) {
      URI theirs =
          URI.create(
              segment
                  .toString()
                  .replace(
                      token(master), token(addressUntil(Instant.now().plusSeconds(60L * viewer)))));
      JsonNode request = atTheEdge(theirs);
      URI fetched = theirs.resolve(request.path("uri").asText());
      String token = request.path("headers").path("x-playback-token").path("value").asText();
      assertThat(stage.get(fetched, "X-Playback-Token", token).body()).isEqualTo(content);
      assertThat(stage.get(fetched).statusCode()).isEqualTo(403);
      keys.add(fetched);
    }
    assertThat(keys).hasSize(1);

    String expired = token(addressUntil(Instant.now().minusSeconds(1)));
    String changed = token(master).replaceFirst("^1", "2");
    for (String token : List.of(expired, changed)) {
      URI refused = URI.create(segment.toString().replace(token(master), token));
      assertThat(atTheEdge(refused).path("statusCode").asInt()).isEqualTo(403);
    }
  }

  private static JsonNode atTheEdge(URI address) throws Exception {
    String function =
        ShellBlocks.of("operations.md", "Our own video host", "js")
            .get(0)
            .replace("VIDEO_HOST_TOKEN_KEY", HostStage.TOKEN_KEY);
    String run =
        "console.log(JSON.stringify(handler({request: {uri: process.argv[2], headers: {}}})))";
    Path script = Files.writeString(folder.resolve("function.cjs"), function + run);
    return Json.MAPPER.readTree(
        NodePackages.run(folder, "node", script.toString(), address.getRawPath()));
  }

  private static URI direct(URI segment) {
    return URI.create("http://" + master.getAuthority() + segment.getRawPath());
  }

  /** By the host's own count. */
  private static long segmentsServed() throws Exception {
    String counter = "kinebeam_video_host_requests_seconds_count{";
    return stage
        .metrics()
        .lines()
        .filter(line -> line.startsWith(counter) && line.contains("/s/{segment}\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
