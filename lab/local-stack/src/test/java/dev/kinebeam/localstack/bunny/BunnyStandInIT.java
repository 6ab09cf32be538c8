package dev.kinebeam.localstack.bunny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.host.BunnySignatures;
import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.localstack.standin.SampleVideo;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stand-in through its HTTP surface, by the client that speaks to the real service. */
class BunnyStandInIT {
  private static final String API_KEY = "api-key";
  private static final String READ_ONLY_KEY = "read-only-key";
  private static final String TOKEN_KEY = "token-key";
  private static final int SECONDS = 5;

  @TempDir static Path shared;
  private static Path sample;

  @TempDir Path dataDir;
  private final HttpClient http = HttpClient.newHttpClient();
  private WebhookReceiver webhooks;
  private BunnyStandIn server;
  private BunnyStream client;

  /** Moved by tests; the client's clock is the real one. */
  private volatile Duration ahead = Duration.ZERO;

  private final InstantSource clock = () -> Instant.now().plus(ahead);

  @BeforeAll
  static void makeSample() throws Exception {
    sample = SampleVideo.write(shared.resolve("sample.mp4"), SECONDS);
  }

  @BeforeEach
  void start() throws Exception {
    webhooks = new WebhookReceiver();
    startServer();
  }

  private void startServer() throws Exception {
    server =
        BunnyStandIn.start(
            new BunnySettings(
                0,
                dataDir,
                7,
                API_KEY,
                READ_ONLY_KEY,
                Optional.of(TOKEN_KEY),
                Optional.of(webhooks.address())),
            clock);
    client = clientWith(API_KEY);
  }

  private BunnyStream clientWith(String apiKey) {
    URI host = URI.create("http://127.0.0.1:" + server.port());
    return BunnyStream.open(
        new BunnyStreamSettings(host, "7", apiKey, host, Optional.of(TOKEN_KEY)));
  }

  @AfterEach
  void stop() {
    server.close();
    webhooks.close();
  }

  @Test
  void an_upload_becomes_hls_that_plays_every_frame() throws Exception {
    String id = publish(client, sample, "render-1", "lumbar-detensioning");
    webhooks.untilEnd(id);

    assertThat(client.status(id))
        .isEqualTo(
            new HostedStatus.Playable(
                Duration.ofSeconds(SECONDS), SampleVideo.WIDTH, SampleVideo.HEIGHT));
    URI master = client.playback(id).hls();
    String masterText = text(get(master));
    assertThat(masterText)
        .contains("RESOLUTION=160x90", "CODECS=\"avc1.", "mp4a.40.2", "90p/video.m3u8");
    URI media = master.resolve("90p/video.m3u8");
    List<String> lines = text(get(media)).lines().toList();
    List<String> segments = lines.stream().filter(line -> !line.startsWith("#")).toList();
    assertThat(segments).hasSize(3);
    assertThat(lines).contains("#EXT-X-ENDLIST", "#EXT-X-MAP:URI=\"init.mp4\"");

    Path joined = shared.resolve("joined.mp4");
    Files.write(joined, get(media.resolve("init.mp4")).body());
    for (String segment : segments) {
      Files.write(joined, get(media.resolve(segment)).body(), StandardOpenOption.APPEND);
    }
    assertThat(framesOf(joined)).isEqualTo(SECONDS * SampleVideo.FRAMES_PER_SECOND);
    assertThat(get(client.playback(id).thumbnail().orElseThrow()).body()).startsWith(0xff, 0xd8);
  }

  @Test
  void webhooks_report_each_step_signed_and_in_order_also_after_refusals() throws Exception {
    webhooks.refuseNext(2);
    String id = publish(client, sample, "render-1", "lumbar-detensioning");
    List<WebhookReceiver.Received> seen = webhooks.untilEnd(id);

    List<Integer> statuses = new ArrayList<>();
    for (WebhookReceiver.Received hook : seen) {
      statuses.add(hook.status());
      assertThat(hook.signature())
          .isEqualTo(
              BunnySignatures.webhook(READ_ONLY_KEY, hook.body().getBytes(StandardCharsets.UTF_8)));
      assertThat(hook.version()).isEqualTo("v1");
      assertThat(hook.algorithm()).isEqualTo("hmac-sha256");
    }
    assertThat(statuses).containsExactly(0, 1, 2, 4, 3);
  }

  enum Broken {
    NOISE,
    EMPTY,
    CUT_OFF,
    PLAYLIST;

    byte[] bytes() throws Exception {
      byte[] whole = Files.readAllBytes(sample);
      return switch (this) {
        case NOISE -> "this is not a video ".repeat(5000).getBytes(StandardCharsets.UTF_8);
        case EMPTY -> new byte[0];
        case CUT_OFF -> Arrays.copyOf(whole, whole.length / 2);
        case PLAYLIST ->
            "#EXTM3U\n#EXTINF:2,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
                .getBytes(StandardCharsets.UTF_8);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_file_that_cannot_be_played_ends_in_error_and_is_replaced_by_the_next_upload(Broken broken)
      throws Exception {
    Path file = Files.write(dataDir.resolve("broken.mp4"), broken.bytes());
    String id = publish(client, file, "render-1", "lumbar-detensioning");
    List<WebhookReceiver.Received> seen = webhooks.untilEnd(id);

    assertThat(seen.get(seen.size() - 1).status()).isEqualTo(WebhookStatus.FAILED.code());
    assertThat(client.status(id)).isInstanceOf(HostedStatus.Failed.class);
    assertThat(client.titled("render-1", "lumbar-detensioning")).containsExactly(id);

    String second = publish(client, sample, "render-1", "lumbar-detensioning");
    webhooks.untilEnd(second);
    assertThat(client.status(second)).isInstanceOf(HostedStatus.Playable.class);
    assertThat(client.status(id)).isEqualTo(new HostedStatus.Gone());
  }

  @Test
  void only_a_fresh_token_of_this_folder_opens_files() throws Exception {
    String id = publish(client, sample, "render-1", "lumbar-detensioning");
    webhooks.untilEnd(id);
    String signed = client.playback(id).hls().toString();
    assertThat(get(URI.create(signed)).statusCode()).isEqualTo(200);

    String base = "http://127.0.0.1:" + server.port();
    assertThat(get(URI.create(base + "/" + id + "/playlist.m3u8")).statusCode()).isEqualTo(403);
    assertThat(get(URI.create(signed.replace("HS256-", "HS256-x"))).statusCode()).isEqualTo(403);
    assertThat(get(URI.create(signed.replace("expires=", "expires=9"))).statusCode())
        .isEqualTo(403);
    String other = "00000000-0000-0000-0000-000000000000";
    assertThat(get(URI.create(signed.replace("/" + id + "/", "/" + other + "/"))).statusCode())
        .isEqualTo(403);

    ahead = Duration.ofMinutes(61);
    assertThat(get(URI.create(signed)).statusCode()).isEqualTo(403);
  }

  @Test
  void players_on_any_page_may_fetch_by_range() throws Exception {
    String id = publish(client, sample, "render-1", "lumbar-detensioning");
    webhooks.untilEnd(id);
    URI original = client.playback(id).hls().resolve("original");
    byte[] whole = Files.readAllBytes(sample);

    HttpResponse<byte[]> part = get(original, "bytes=100-199");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, 100, 200));
    assertThat(part.headers().firstValue("Content-Range"))
        .contains("bytes 100-199/" + whole.length);
    assertThat(part.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(part.headers().firstValue("Timing-Allow-Origin")).contains("*");
    assertThat(get(original, "bytes=-10").body())
        .isEqualTo(Arrays.copyOfRange(whole, whole.length - 10, whole.length));
    assertThat(get(original, "bytes=" + whole.length + "-").statusCode()).isEqualTo(416);
    HttpRequest head =
        HttpRequest.newBuilder(original)
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<Void> headAnswer = http.send(head, BodyHandlers.discarding());
    assertThat(headAnswer.headers().firstValueAsLong("Content-Length")).hasValue(whole.length);
  }

  @Test
  void publishing_again_finds_the_first_video_whatever_failed_before() throws Exception {
    order("{\"failCalls\":2,\"failUploads\":0,\"status\":500,\"processingDelayMs\":0}");
    String first = publish(client, sample, "render-1", "lumbar-detensioning");
    webhooks.untilEnd(first);
    order("{\"failCalls\":0,\"failUploads\":2,\"status\":503,\"processingDelayMs\":0}");
    String second = publish(client, sample, "render-2", "lumbar-detensioning");
    webhooks.untilEnd(second);

    assertThat(publish(client, sample, "render-1", "lumbar-detensioning")).isEqualTo(first);
    assertThat(publish(clientWith(API_KEY), sample, "render-2", "lumbar-detensioning"))
        .isEqualTo(second);
    assertThat(client.titled("render-2", "lumbar-detensioning")).containsExactly(second);
    assertThat(api("GET", "/videos?search=render").body()).contains("\"totalItems\":2");
  }

  @Test
  void many_workers_make_one_collection() throws Exception {
    List<CompletableFuture<String>> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String title = "render-" + i;
      ids.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return publish(client, sample, title, "neck-rotation");
                } catch (VideoHostException e) {
                  throw new UncheckedIOException(e);
                }
              }));
    }
    for (CompletableFuture<String> id : ids) {
      id.join();
    }
    assertThat(api("GET", "/collections?search=neck").body())
        .contains("\"totalItems\":1", "\"videoCount\":6");
    assertThat(api("GET", "/videos?itemsPerPage=4&page=2&search=render").body())
        .contains("\"totalItems\":6", "\"currentPage\":2", "\"itemsPerPage\":4");
    assertThat(client.titled("render-1", "neck-rotation")).hasSize(1);
    assertThat(client.titled("render-1", "another")).isEmpty();
  }

  /** As processes left them that did not share a lock. */
  @Test
  void a_video_is_found_in_whichever_collection_of_the_name_it_is() throws Exception {
    String first = publish(client, sample, "render-1", "neck-rotation");
    for (int i = 0; i < 3; i++) {
      assertThat(
              http.send(
                      request("/collections")
                          .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"neck-rotation\"}"))
                          .build(),
                      BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
    }
    assertThat(publish(client, sample, "render-1", "neck-rotation")).isEqualTo(first);
    publish(client, sample, "render-2", "neck-rotation");
    assertThat(publish(clientWith(API_KEY), sample, "render-1", "neck-rotation")).isEqualTo(first);
    assertThat(api("GET", "/collections?search=neck").body()).contains("\"totalItems\":4");
    assertThat(api("GET", "/videos?search=render").body()).contains("\"totalItems\":2");
  }

  @Test
  void files_are_cached_by_their_tags_and_no_longer_than_their_address_holds() throws Exception {
    String id = publish(client, sample, "render-1", "lumbar-detensioning");
    webhooks.untilEnd(id);
    URI original = client.playback(id).hls().resolve("original");
    HttpResponse<byte[]> whole = get(original);
    String tag = whole.headers().firstValue("ETag").orElseThrow();
    String modified = whole.headers().firstValue("Last-Modified").orElseThrow();
    assertThat(whole.headers().firstValue("Cache-Control").orElseThrow())
        .matches("private, max-age=(3600|35\\d\\d)");
    assertThat(
            get(client.playback(id).thumbnail().orElseThrow())
                .headers()
                .firstValue("ETag")
                .orElseThrow())
        .isNotEqualTo(tag);

    for (String[] condition :
        new String[][] {
          {"If-None-Match", "*"},
          {"If-None-Match", "\"other\", W/" + tag},
          {"If-Modified-Since", modified}
        }) {
      HttpResponse<byte[]> same = conditional(original, condition);
      assertThat(same.statusCode()).as(condition[1]).isEqualTo(304);
      assertThat(same.body()).isEmpty();
      assertThat(same.headers().firstValue("ETag")).contains(tag);
      assertThat(same.headers().firstValue("Cache-Control")).isPresent();
    }
    assertThat(conditional(original, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    assertThat(conditional(original, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
    assertThat(conditional(original, "Range", "bytes=0-9", "If-Range", tag).statusCode())
        .isEqualTo(206);
    assertThat(conditional(original, "Range", "bytes=0-9", "If-Range", "\"other\"").statusCode())
        .isEqualTo(200);
    assertThat(get(original.resolve("nothing.jpg")).headers().firstValue("Cache-Control"))
        .contains("no-store");
  }

  private HttpResponse<byte[]> conditional(URI address, String... headers) throws Exception {
    return http.send(
        HttpRequest.newBuilder(address).headers(headers).build(), BodyHandlers.ofByteArray());
  }

  @Test
  void the_api_keeps_its_rules() throws Exception {
    assertThatThrownBy(() -> clientWith("wrong").status("x"))
        .isInstanceOfSatisfying(
            VideoHostException.Refused.class, e -> assertThat(e.status()).isEqualTo(401));
    String id = publish(client, sample, "render-1", "lumbar-detensioning");
    HttpRequest again =
        request("/videos/" + id).PUT(HttpRequest.BodyPublishers.ofFile(sample)).build();
    HttpResponse<String> refused = http.send(again, BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"success\":false", "\"statusCode\":400");
    assertThat(client.status("nobody")).isEqualTo(new HostedStatus.Gone());
    assertThat(api("GET", "/nonsense").statusCode()).isEqualTo(404);

    client.delete(id);
    client.delete(id);
    assertThat(client.status(id)).isEqualTo(new HostedStatus.Gone());
  }

  @Test
  void a_video_is_fetched_from_an_address() throws Exception {
    String source = publish(client, sample, "render-1", "lumbar-detensioning");
    webhooks.untilEnd(source);
    URI original = client.playback(source).hls().resolve("original");
    HttpRequest fetch =
        request("/videos/fetch")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"url\":\"" + original + "\",\"title\":\"fetched\"}"))
            .build();
    assertThat(http.send(fetch, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThat(api("GET", "/videos?search=fetched").body()).contains("\"totalItems\":1");
  }

  @Test
  void what_was_under_way_at_the_end_is_finished_by_the_next_start() throws Exception {
    order("{\"failCalls\":0,\"failUploads\":0,\"status\":500,\"processingDelayMs\":3600000}");
    String id = publish(client, sample, "render-1", "lumbar-detensioning");
    assertThat(client.status(id)).isInstanceOf(HostedStatus.Processing.class);
    server.close();

    startServer();
    webhooks.untilEnd(id);
    assertThat(client.status(id)).isInstanceOf(HostedStatus.Playable.class);
  }

  private static String publish(BunnyStream host, Path file, String title, String collection)
      throws VideoHostException {
    return host.publish(
        new VideoHost.Content.OfFile(file), title, collection, VideoHost.Journal.NONE);
  }

  private void order(String faults) throws Exception {
    HttpRequest request =
        request("/faults").POST(HttpRequest.BodyPublishers.ofString(faults)).build();
    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> api(String method, String path) throws Exception {
    return http.send(
        request(path).method(method, HttpRequest.BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.port() + "/library/7" + path))
        .header("AccessKey", API_KEY);
  }

  private HttpResponse<byte[]> get(URI address, String... range) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    for (String header : range) {
      request.header("Range", header);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static int framesOf(Path file) throws Exception {
    int frames = 0;
    try (FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile())) {
      grabber.start();
      while (grabber.grabImage() != null) {
        frames++;
      }
    }
    return frames;
  }
}
