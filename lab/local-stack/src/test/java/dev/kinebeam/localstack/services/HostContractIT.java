package dev.kinebeam.localstack.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHost.Content.OfFile;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.Footage.SoundTrack;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every video host must do, by the interface that renders and imports use. */
class HostContractIT {
  private static final String COLLECTION = "lumbar-detensioning";
  private static final int SECONDS = 2;

  @TempDir private static Path folder;
  private static final RunningServices SERVICES = new RunningServices();
  private static HostStage stage;
  private static VideoHost bunny;
  private static Path sample;

  enum Home {
    OWN,
    BUNNY;

    VideoHost host() {
      return this == OWN ? stage.client() : bunny;
    }
  }

  @BeforeAll
  static void open() throws Exception {
    stage = HostStage.open(folder.resolve("own"));
    StackSettings settings = StackSettings.forTests(folder.resolve("bunny"));
    VideoHostAccess access =
        new Launcher(settings, SERVICES, ServicePorts.choose(settings.ports())).videoHost();
    bunny =
        BunnyStream.open(
            new BunnyStreamSettings(
                access.baseUrl(),
                access.libraryId(),
                access.apiKey(),
                access.cdn(),
                Optional.of(access.tokenKey())));
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
    assertThat(
            stage.get(URI.create(address.replace("/" + id + "/", "/" + other + "/"))).statusCode())
        .isEqualTo(403);
    String forged = token.substring(0, token.length() - 4) + "0000";
    assertThat(stage.get(URI.create(address.replace(token, forged))).statusCode()).isEqualTo(403);
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
