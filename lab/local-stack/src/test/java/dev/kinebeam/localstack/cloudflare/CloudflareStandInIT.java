package dev.kinebeam.localstack.cloudflare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.host.CloudflareStream;
import dev.kinebeam.catalog.host.CloudflareStreamSettings;
import dev.kinebeam.catalog.host.CloudflareWebhook;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.HostedStatus.Remedy;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost.Content;
import dev.kinebeam.catalog.host.VideoHost.Journal;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.localstack.cloudflare.NotificationReceiver.Received;
import dev.kinebeam.localstack.services.CloudflareService;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.localstack.standin.SampleVideo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stand-in through its HTTP surface, by the client that speaks to the real service. */
class CloudflareStandInIT {
  private static final String COLLECTION = "personal-videos";
  private static final int SECONDS = 2;

  @TempDir private static Path folder;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static NotificationReceiver receiver;
  private static CloudflareService service;
  private static CloudflareStream client;
  private static Path sample;
  private static Origin origin;

  @BeforeAll
  static void start() throws Exception {
    sample = SampleVideo.write(folder.resolve("sample.mp4"), SECONDS);
    origin = new Origin(sample);
    receiver = new NotificationReceiver();
    service =
        CloudflareService.start(
            StackSettings.forTests(folder.resolve("stack")).withWebhook(receiver.address()));
    client = CloudflareStream.open(CloudflareStreamSettings.fromEnvironment(service.environment()));
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    receiver.close();
    origin.close();
  }

  @BeforeEach
  void noFaults() throws Exception {
    service.order(Map.of());
  }

  private static String copy(String title) throws Exception {
    return client.publish(new Content.FromUrl(origin.address()), title, COLLECTION, Journal.NONE);
  }

  private static String upload(Path file, String title) throws Exception {
    return client.publish(new Content.OfFile(file), title, COLLECTION, Journal.NONE);
  }

  private static HostedStatus ended(String uid) throws Exception {
    HostedStatus status = client.status(uid);
    while (!status.isFinal()) {
      TimeUnit.MILLISECONDS.sleep(20);
      status = client.status(uid);
    }
    return status;
  }

  private static Received notificationOf(String uid) throws Exception {
    Received next = receiver.next();
    while (!next.uid().equals(uid)) {
      next = receiver.next();
    }
    return next;
  }

  @Test
  void aCopyIsFetchedByHeadAndRangesAndPlays() throws Exception {
    origin.asked.clear();
    String uid = copy("copied");
    assertThat(copy("copied")).isEqualTo(uid);
    HostedStatus.Playable playable = (HostedStatus.Playable) ended(uid);
    assertThat(playable.length()).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2100));
    assertThat(playable.width()).isEqualTo(SampleVideo.WIDTH);
    assertThat(origin.asked)
        .containsExactly("HEAD null", "GET bytes=0-" + (Files.size(sample) - 1));
    URI master = client.playback(uid).hls();
    assertThat(text(get(master))).contains("RESOLUTION=160x90", "90p/video.m3u8");
    String media = text(get(master.resolve("90p/video.m3u8")));
    assertThat(media).contains("segment0.m4s", "#EXT-X-ENDLIST");
    assertThat(get(master.resolve("90p/segment0.m4s")).statusCode()).isEqualTo(200);
    assertThat(get(client.playback(uid).thumbnail().orElseThrow()).statusCode()).isEqualTo(200);
  }

  @Test
  void anOriginThatDoesNotAnswerFailsAndTheFileMayBeSentInstead() throws Exception {
    URI unreachable = URI.create("http://127.0.0.1:9/video.mp4");
    String failed =
        client.publish(new Content.FromUrl(unreachable), "unreachable", COLLECTION, Journal.NONE);
    HostedStatus.Failed status = (HostedStatus.Failed) ended(failed);
    assertThat(status.reason()).startsWith("ERR_FETCH_ORIGIN_ERROR");
    assertThat(status.remedy()).isEqualTo(Remedy.SEND_FILE);
    String uid = upload(sample, "unreachable");
    assertThat(ended(uid)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(client.titled("unreachable", COLLECTION)).containsExactly(uid);
  }

  @Test
  void anUploadThatBreaksOffGoesOnWhereItWas() throws Exception {
    service.order(Map.of("breakPieces", 2));
    String uid = upload(sample, "broken");
    assertThat(ended(uid)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(client.titled("broken", COLLECTION)).containsExactly(uid);
  }

  @Test
  void whatIsSentInManyPiecesIsWhatWasMeant() throws Exception {
    Path large = folder.resolve("large.mp4");
    byte[] noise = new byte[60 << 20];
    Files.write(large, Files.readAllBytes(sample));
    // A box of the type "free", which readers skip.
    noise[0] = (byte) (noise.length >> 24);
    noise[1] = (byte) (noise.length >> 16);
    noise[2] = (byte) (noise.length >> 8);
    noise[3] = (byte) noise.length;
    System.arraycopy("free".getBytes(UTF_8), 0, noise, 4, 4);
    Files.write(large, noise, StandardOpenOption.APPEND);
    String uid = upload(large, "large");
    assertThat(ended(uid)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(notificationOf(uid).json().path("size").asLong()).isEqualTo(Files.size(large));
  }

  @ParameterizedTest
  @CsvSource({"413", "429", "503"})
  void anAccountOverItsCapacityIsAskedAgain(int status) throws Exception {
    service.order(Map.of("failCalls", 3, "status", status));
    String uid = copy("over-capacity-" + status);
    assertThat(ended(uid)).isInstanceOf(HostedStatus.Playable.class);
  }

  @Test
  void aWrongTokenIsRefusedAtOnce() {
    Map<String, String> env = new HashMap<>(service.environment());
    env.put("CLOUDFLARE_STREAM_TOKEN", "guessed");
    CloudflareStream stranger =
        CloudflareStream.open(CloudflareStreamSettings.fromEnvironment(env));
    assertThatThrownBy(() -> stranger.titled("copied", COLLECTION))
        .isInstanceOf(VideoHostException.Refused.class)
        .hasMessageContaining("401");
  }

  @ParameterizedTest
  @CsvSource({"ERR_UNKNOWN, PUBLISH_AGAIN", "ERR_DURATION_EXCEED_CONSTRAINT, NONE"})
  void aRefusalSaysWhetherAnotherAttemptCanHelp(String code, Remedy remedy) throws Exception {
    service.order(Map.of("failVideos", 1, "errorCode", code));
    String uid = copy("refused-" + code);
    HostedStatus.Failed failed = (HostedStatus.Failed) ended(uid);
    assertThat(failed.reason()).startsWith(code);
    assertThat(failed.remedy()).isEqualTo(remedy);
    String again = copy("refused-" + code);
    assertThat(again).isNotEqualTo(uid);
    assertThat(ended(again)).isInstanceOf(HostedStatus.Playable.class);
  }

  @Test
  void aFileWithoutBytesOrWithoutPictureIsNotAVideo() throws Exception {
    Path empty = Files.write(folder.resolve("empty.mp4"), new byte[0]);
    assertThat(((HostedStatus.Failed) ended(upload(empty, "empty"))).reason())
        .startsWith("ERR_NON_VIDEO");
    byte[] whole = Files.readAllBytes(sample);
    Path half = Files.write(folder.resolve("half.mp4"), Arrays.copyOf(whole, whole.length * 2 / 3));
    HostedStatus.Failed failed = (HostedStatus.Failed) ended(upload(half, "half"));
    assertThat(failed.reason()).startsWith("ERR_MALFORMED_VIDEO");
    assertThat(failed.isRetryable()).isFalse();
  }

  @Test
  void notificationsAreSignedOverTheRawBodyAndMayRepeatChangePlacesOrBeLost() throws Exception {
    service.order(Map.of("webhookCopies", 1));
    String twice = copy("twice");
    Received first = notificationOf(twice);
    Received second = notificationOf(twice);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(first.json().path("readyToStream").asBoolean()).isTrue();
    assertThat(isAuthentic(first)).isTrue();
    assertThat(isAuthentic(new Received(first.body() + " ", first.signature()))).isFalse();
    assertThat(Instant.ofEpochSecond(first.time()))
        .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(1));

    service.order(Map.of("swapWebhooks", 1));
    String late = copy("late");
    ended(late);
    String early = copy("early");
    assertThat(receiver.next().uid()).isEqualTo(early);
    assertThat(receiver.next().uid()).isEqualTo(late);

    service.order(Map.of("loseWebhooks", 1, "oldWebhooks", 1));
    String lost = copy("lost");
    ended(lost);
    String old = copy("old");
    Received next = receiver.next();
    assertThat(next.uid()).isEqualTo(old);
    assertThat(Instant.ofEpochSecond(next.time())).isBefore(Instant.now().minusSeconds(3000));
    assertThat(isAuthentic(next)).isFalse();

    service.order(Map.of("failVideos", 1, "errorCode", "ERR_NON_VIDEO"));
    Received failure = notificationOf(copy("not-a-video"));
    assertThat(failure.json().path("status").path("errReasonCode").asText())
        .isEqualTo("ERR_NON_VIDEO");
    assertThat(receiver.isEmpty()).isTrue();
  }

  private static boolean isAuthentic(Received received) {
    String secret = service.environment().get("CLOUDFLARE_STREAM_WEBHOOK_SECRET");
    return new CloudflareWebhook()
        .isAuthentic(
            name -> Optional.of(received.signature()),
            received.body().getBytes(UTF_8),
            List.of(secret),
            Instant.now());
  }

  @Test
  void aRestartTakesUpWhatWasUnderWayAndKnowsItsKeys() throws Exception {
    service.order(Map.of("neverFinish", 1));
    String uid = copy("restarted");
    HostedStatus status = client.status(uid);
    while (!(status instanceof HostedStatus.Processing)) {
      TimeUnit.MILLISECONDS.sleep(20);
      status = client.status(uid);
    }
    Playback before = client.playback(uid);
    service.restart();
    assertThat(ended(uid)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(get(before.hls()).statusCode()).isEqualTo(200);
    assertThat(client.titled("restarted", COLLECTION)).isEqualTo(List.of(uid));
  }

  @Test
  void oneThatStaysQueuedIsProcessedWhenThatIsOrdered() throws Exception {
    service.order(Map.of("neverFinish", 1));
    String uid = copy("held");
    while (!service.video(uid).at("/status/state").asText().equals("queued")) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    Instant ordered = Instant.now();
    service.order(Map.of("finish", uid));
    assertThat(ended(uid)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(Instant.parse(service.video(uid).path("readyToStreamAt").asText()))
        .isBetween(ordered.minusMillis(1), Instant.now());
    assertThat(service.videos()).extracting(video -> video.path("uid").asText()).contains(uid);
    assertThatThrownBy(() -> service.order(Map.of("finish", uid))).hasMessageContaining("404");
  }

  private static HttpResponse<byte[]> get(URI address) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }
}
