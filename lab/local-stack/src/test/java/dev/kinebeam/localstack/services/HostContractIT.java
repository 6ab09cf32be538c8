package dev.kinebeam.localstack.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.CloudflareStream;
import dev.kinebeam.catalog.host.CloudflareStreamSettings;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHost.Content.FromUrl;
import dev.kinebeam.catalog.host.VideoHost.Content.OfFile;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.localstack.services.FaultProxy.Fault;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.Footage.SoundTrack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every video host must do, by the interface that renders and imports use, over the hosts' own
 * protocols and through a network that misbehaves.
 */
class HostContractIT {
  private static final String COLLECTION = "lumbar-detensioning";
  private static final int SECONDS = 2;

  /** By the hosts' own protocols. */
  private static final Set<Integer> REFUSED = Set.of(401, 403);

  @TempDir private static Path folder;
  private static final RunningServices SERVICES = new RunningServices();
  private static final Map<Home, FaultProxy> PROXIES = new EnumMap<>(Home.class);
  private static final Map<Home, VideoHost> HOSTS = new EnumMap<>(Home.class);
  private static HostStage stage;
  private static CloudflareService cloudflare;
  private static Path sample;

  enum Home {
    OWN,
    BUNNY,
    CLOUDFLARE;

    VideoHost host() {
      return HOSTS.get(this);
    }

    FaultProxy proxy() {
      return PROXIES.get(this);
    }

    private URI through(URI address) throws IOException {
      FaultProxy proxy = new FaultProxy(address);
      PROXIES.put(this, proxy);
      return proxy.address();
    }
  }

  @BeforeAll
  static void open() throws Exception {
    stage = HostStage.open(folder.resolve("own"));
    HOSTS.put(Home.OWN, stage.client(Home.OWN.through(stage.address())));
    StackSettings settings = StackSettings.forTests(folder.resolve("bunny"));
    VideoHostAccess access =
        new Launcher(settings, SERVICES, ServicePorts.choose(settings.ports())).videoHost();
    HOSTS.put(
        Home.BUNNY,
        BunnyStream.open(
            new BunnyStreamSettings(
                Home.BUNNY.through(access.baseUrl()),
                access.libraryId(),
                access.apiKey(),
                access.cdn(),
                Optional.of(access.tokenKey()))));
    cloudflare = CloudflareService.start(StackSettings.forTests(folder.resolve("cloudflare")));
    Map<String, String> environment = new HashMap<>(cloudflare.environment());
    environment.put(
        "CLOUDFLARE_STREAM_BASE_URL", Home.CLOUDFLARE.through(cloudflare.address()) + "/client/v4");
    HOSTS.put(
        Home.CLOUDFLARE,
        CloudflareStream.open(CloudflareStreamSettings.fromEnvironment(environment)));
    sample = folder.resolve("sample.mp4");
    float[] silence = new float[SECONDS * 48_000];
    new Footage()
        .size(640, 360)
        .frames(SECONDS * 30, 30, 1)
        .sound(SoundTrack.of("aac", 48_000, List.of(silence, silence)))
        .writeTo(sample);
  }

  @AfterAll
  static void close() throws Exception {
    PROXIES.values().forEach(FaultProxy::close);
    cloudflare.close();
    SERVICES.stop();
    stage.close();
  }

  @ParameterizedTest
  @EnumSource
  void aFileBecomesPlayableWithItsLengthAndShape(Home home) throws Exception {
    String id = publish(home.host(), sample, "plays");
    assertThat(ended(home.host(), id))
        .isEqualTo(new HostedStatus.Playable(Duration.ofSeconds(SECONDS), 640, 360));
    Playback playback = home.host().playback(id);
    assertThat(stage.get(playback.hls()).statusCode()).isEqualTo(200);
    assertThat(new String(stage.get(playback.hls()).body(), UTF_8)).startsWith("#EXTM3U");
    assertThat(playback.expires().orElseThrow())
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(59)), Instant.now().plus(Duration.ofHours(1)));
  }

  @ParameterizedTest
  @EnumSource
  void publishingAgainLeavesOneVideoUnderOneId(Home home) throws Exception {
    List<String> noted = new ArrayList<>();
    VideoHost.Journal journal =
        new VideoHost.Journal() {
          @Override
          public void creating() {
            noted.add("creating");
          }

          @Override
          public void created(String hostedId) {
            noted.add(hostedId);
          }
        };
    String id = home.host().publish(new OfFile(sample), "once", COLLECTION, journal);
    assertThat(noted).containsExactly("creating", id);
    assertThat(publish(home.host(), sample, "once")).isEqualTo(id);
    assertThat(home.host().titled("once", COLLECTION)).containsExactly(id);
    assertThat(home.host().titled("once", "another-collection")).isEmpty();
    assertThat(ended(home.host(), id)).isInstanceOf(HostedStatus.Playable.class);
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatCannotBePlayedFailsAndIsReplacedByTheNext(Home home) throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.mp4"), "this is not a video\n");
    String failed = publish(home.host(), broken, "replaced");
    assertThat(ended(home.host(), failed)).isInstanceOf(HostedStatus.Failed.class);
    String id = publish(home.host(), sample, "replaced");
    assertThat(ended(home.host(), id)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(home.host().titled("replaced", COLLECTION)).containsExactly(id);
  }

  @ParameterizedTest
  @EnumSource
  void aChangedAddressOpensNothing(Home home) throws Exception {
    String id = publish(home.host(), sample, "signed");
    String other = publish(home.host(), sample, "signed-too");
    ended(home.host(), id);
    ended(home.host(), other);
    String address = home.host().playback(id).hls().toString();
    String token = address.replaceFirst("^https?://[^/]+/(t/)?([^/]+)/.*$", "$2");
    String anothers = home == Home.CLOUDFLARE ? token : "/" + id + "/";
    String plain = home == Home.CLOUDFLARE ? other : "/" + other + "/";
    assertThat(stage.get(URI.create(address.replace(anothers, plain))).statusCode()).isIn(REFUSED);
    String forged = token.substring(0, token.length() - 4) + "0000";
    assertThat(stage.get(URI.create(address.replace(token, forged))).statusCode()).isIn(REFUSED);
  }

  @ParameterizedTest
  @EnumSource
  void aDeletedVideoIsGoneAndMayBeDeletedAgain(Home home) throws Exception {
    String id = publish(home.host(), sample, "deleted");
    ended(home.host(), id);
    home.host().delete(id);
    home.host().delete(id);
    assertThat(home.host().status(id)).isEqualTo(new HostedStatus.Gone());
    assertThat(home.host().titled("deleted", COLLECTION)).isEmpty();
    assertThat(stage.get(home.host().playback(id).hls()).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @EnumSource
  void aHostThatIsBusyOrInTroubleIsAskedAgain(Home home) throws Exception {
    home.proxy().order(Fault.BUSY, Fault.TROUBLE, Fault.OTHER_PAGE);
    String id = publish(home.host(), sample, "busy");
    home.proxy().order(Fault.BUSY, Fault.OTHER_PAGE, Fault.TROUBLE);
    assertThat(ended(home.host(), id)).isInstanceOf(HostedStatus.Playable.class);
    home.proxy().order(Fault.TROUBLE);
    assertThat(home.host().titled("busy", COLLECTION)).containsExactly(id);
    home.proxy().order(Fault.BUSY);
    home.host().delete(id);
    assertThat(home.host().status(id)).isEqualTo(new HostedStatus.Gone());
    assertThat(home.proxy().isSpent()).isTrue();
  }

  /** Whichever it is of the calls that publishing takes. */
  @ParameterizedTest
  @EnumSource
  void aLostAnswerLeavesOneVideo(Home home) throws Exception {
    for (int call = 0; call < 5; call++) {
      Fault[] faults = new Fault[call + 1];
      Arrays.fill(faults, Fault.NONE);
      faults[call] = Fault.LOST_ANSWER;
      home.proxy().order(faults);
      String title = "lost-" + call;
      String id = publish(home.host(), sample, title);
      home.proxy().order();
      assertThat(home.host().titled(title, COLLECTION)).as(title).containsExactly(id);
      assertThat(ended(home.host(), id)).isInstanceOf(HostedStatus.Playable.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoBreaksOffBeforeTheFileIsSentLeavesOneVideoInTheEnd(Home home) throws Exception {
    VideoHost.Journal broken =
        new VideoHost.Journal() {
          @Override
          public void creating() {}

          @Override
          public void created(String hostedId) {
            throw new IllegalStateException("the process ends here");
          }
        };
    OfFile content = new OfFile(sample);
    assertThatThrownBy(() -> home.host().publish(content, "crashed", COLLECTION, broken))
        .hasMessage("the process ends here");
    String id = publish(home.host(), sample, "crashed");
    assertThat(home.host().titled("crashed", COLLECTION)).containsExactly(id);
    assertThat(ended(home.host(), id)).isInstanceOf(HostedStatus.Playable.class);
  }

  @ParameterizedTest
  @EnumSource
  void whatAHostCannotTakeIsRefusedBeforeAnythingIsSent(Home home) {
    boolean copies = home.host().capabilities().copiesFromUrl();
    assertThat(copies).isEqualTo(home == Home.CLOUDFLARE);
    if (!copies) {
      FromUrl content = new FromUrl(URI.create("http://127.0.0.1/video.mp4"));
      assertThatThrownBy(
              () -> home.host().publish(content, "copied", COLLECTION, VideoHost.Journal.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("addresses");
    }
  }

  /**
   * The signature of a presigned GET covers the method, so that S3 refuses HEAD by which Cloudflare
   * begins; then the file is sent.
   */
  @Test
  void aPresignedGetDoesNotAuthoriseHeadAndTheFileIsSentInstead() throws Exception {
    VideoHost host = Home.CLOUDFLARE.host();
    stage.assets.put("personal.mp4", sample, "video/mp4");
    URI address = stage.assets.presignGet("personal.mp4", Duration.ofHours(1));
    assertThat(stage.get(address).statusCode()).isEqualTo(200);
    HttpRequest head =
        HttpRequest.newBuilder(address).method("HEAD", BodyPublishers.noBody()).build();
    assertThat(stage.http().send(head, BodyHandlers.discarding()).statusCode()).isEqualTo(403);

    String failed =
        host.publish(new FromUrl(address), "presigned", COLLECTION, VideoHost.Journal.NONE);
    HostedStatus.Failed status = (HostedStatus.Failed) ended(host, failed);
    assertThat(status.reason()).contains("ERR_FETCH_ORIGIN_ERROR", "HEAD with 403");
    assertThat(status.remedy()).isEqualTo(HostedStatus.Remedy.SEND_FILE);
    String id = publish(host, sample, "presigned");
    assertThat(ended(host, id)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(host.titled("presigned", COLLECTION)).containsExactly(id);
  }

  private static String publish(VideoHost host, Path file, String title) throws Exception {
    return host.publish(new OfFile(file), title, COLLECTION, VideoHost.Journal.NONE);
  }

  /** How its processing ended. */
  private static HostedStatus ended(VideoHost host, String id) throws Exception {
    HostedStatus status = host.status(id);
    while (!status.isFinal()) {
      TimeUnit.MILLISECONDS.sleep(20);
      status = host.status(id);
    }
    return status;
  }
}
