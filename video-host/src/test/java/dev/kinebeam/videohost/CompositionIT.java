package dev.kinebeam.videohost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaReader.DecodedPicture;
import dev.kinebeam.schemas.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host composes a video by a recipe, and players get it like any other. */
class CompositionIT {
  private static final String KEY = "key";
  private static final String RECIPE =
      "{'exercise':'lumbar-detensioning','language':'ro','sets':[{'side':'left','reps':10}]}";

  @TempDir private static Path shared;
  @TempDir private Path dataDir;
  private final HttpClient http = HttpClient.newHttpClient();
  private WebhookReceiver webhooks;
  private VideoHostServer server;
  private BunnyStream client;

  @BeforeAll
  static void makeSample() throws IOException {
    SampleExercise.small().writeTo(shared.resolve("bundle"), BundleProgress.NONE);
  }

  @BeforeEach
  void start() throws Exception {
    webhooks = new WebhookReceiver();
    start(
        Optional.of(
            new ComposeSettings(
                shared.resolve("bundle"),
                shared.resolve("mezzanines"),
                1L << 30,
                List.of(Profile.TINY))));
  }

  private void start(Optional<ComposeSettings> compose) throws IOException {
    server =
        VideoHostServer.start(
            new HostSettings(
                0,
                dataDir,
                7,
                KEY,
                KEY,
                Optional.of(KEY),
                Optional.of(webhooks.address()),
                compose),
            InstantSource.system());
    URI host = URI.create("http://127.0.0.1:" + server.port());
    client = BunnyStream.open(new BunnyStreamSettings(host, "7", KEY, host, Optional.of(KEY)));
  }

  @AfterEach
  void stop() {
    server.close();
    webhooks.close();
  }

  @Test
  void aComposedVideoIsPlayableAtOnceAndAfterARestart() throws Exception {
    String id = announced();
    assertThat(compose(id, RECIPE).statusCode()).isEqualTo(200);

    SampleExercise sample = SampleExercise.small();
    int frames =
        sample.frames(Slot.INTRO) + 2 * sample.frames(Slot.REP_LEFT) + sample.frames(Slot.OUTRO);
    assertThat(client.status(id))
        .isEqualTo(
            new HostedStatus.Playable(Duration.ofSeconds(Math.round(frames / 30.0)), 384, 216));
    assertThat(webhooks.untilEnd(id)).extracting(WebhookReceiver.Received::status).endsWith(4, 3);
    Path played = played(client.playback(id).hls(), "216p");
    List<DecodedPicture> pictures = MediaReader.pictures(played);
    assertThat(pictures).hasSize(frames);
    assertThat(pictures.get(frames - 1).barcode()).isPresent();
    assertThat(MediaReader.sound(played(client.playback(id).hls(), "audio")).length())
        .isBetween(frames * 1600, frames * 1600 + 1023);

    server.close();
    start();
    assertThat(Files.readAllBytes(played(client.playback(id).hls(), "216p")))
        .isEqualTo(Files.readAllBytes(played));
  }

  @Test
  void aRangeOfASegmentIsServed() throws Exception {
    String id = announced();
    compose(id, RECIPE);
    URI segment = client.playback(id).hls().resolve("216p/segment1.m4s");
    byte[] whole = get(segment).body();

    HttpResponse<byte[]> part =
        http.send(
            HttpRequest.newBuilder(segment).header("Range", "bytes=100-4099").build(),
            BodyHandlers.ofByteArray());

    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .hasValue("bytes 100-4099/" + whole.length);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, 100, 4100));
    URI unsigned =
        URI.create("http://127.0.0.1:" + server.port() + "/" + id + "/216p/segment1.m4s");
    assertThat(get(unsigned).statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'exercise':'lumbar-detensioning','sets':[{'side':'up','reps':5}]}      | sets[0].side is up
          {'exercise':'squat','sets':[{'side':'left','reps':5}]}                  | the bundle holds lumbar-detensioning
          {'exercise':'../etc','sets':[{'side':'left','reps':5}]}                 | exercise
          {'sets':[]}                                                             | exercise
          """)
  void aRecipeThatCannotBeServedIsRefusedByName(String recipe, String message) throws Exception {
    String id = announced();
    HttpResponse<byte[]> answer = compose(id, recipe);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body(), UTF_8)).contains(message);

    assertThat(compose(id, RECIPE).statusCode()).as("the video is still free").isEqualTo(200);
    assertThat(compose(id, RECIPE).statusCode()).as("and then it is not").isEqualTo(400);
  }

  @Test
  void whatIsMissingIsReported() throws Exception {
    assertThat(compose("00000000-0000-0000-0000-000000000000", RECIPE).statusCode()).isEqualTo(404);
    server.close();
    start(Optional.empty());
    HttpResponse<byte[]> answer = compose(announced(), RECIPE);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(new String(answer.body(), UTF_8)).contains("without --bundles");
  }

  private String announced() throws Exception {
    HttpResponse<byte[]> video = post("/library/7/videos", "{'title':'a render'}");
    return Json.MAPPER.readTree(video.body()).get("guid").asText();
  }

  private HttpResponse<byte[]> compose(String id, String recipe) throws Exception {
    return post("/library/7/videos/" + id + "/composition", recipe);
  }

  private HttpResponse<byte[]> post(String path, String json) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("AccessKey", KEY)
            .POST(BodyPublishers.ofString(json.replace('\'', '"')))
            .build(),
        BodyHandlers.ofByteArray());
  }

  /** All that a player fetches of one track, one after the other. */
  private Path played(URI master, String track) throws Exception {
    assertThat(new String(get(master).body(), UTF_8)).contains(track + "/video.m3u8");
    URI media = master.resolve(track + "/video.m3u8");
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(get(media.resolve("init.mp4")).body());
    for (String line : new String(get(media).body(), UTF_8).lines().toList()) {
      if (!line.startsWith("#")) {
        HttpResponse<byte[]> segment = get(media.resolve(line));
        assertThat(segment.statusCode()).as(line).isEqualTo(200);
        stream.writeBytes(segment.body());
      }
    }
    return Files.write(Files.createTempFile(dataDir, track, ".mp4"), stream.toByteArray());
  }

  private HttpResponse<byte[]> get(URI address) throws Exception {
    return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
  }
}
