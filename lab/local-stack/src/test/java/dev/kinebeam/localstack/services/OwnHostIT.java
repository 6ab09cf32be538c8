package dev.kinebeam.localstack.services;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.OwnHost;
import dev.kinebeam.catalog.host.PlaybackToken;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.composer.hls.PlannedComposition;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.testing.ExpectedFromPicks;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaReader.DecodedPicture;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.proof.ExpectedRender;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own host over HTTP, with its mezzanines in a bucket of a real S3 server. */
class OwnHostIT {
  private static final Recipe RECIPE = recipe(1, new SetSpec("left", 10), new SetSpec("left", 5));
  private static final List<String> QUALITIES = List.of("1080p", "720p", "480p", "360p");

  @TempDir private static Path folder;
  private static HostStage stage;
  private static PlannedComposition four;
  private static Composition one;

  @BeforeAll
  static void open() throws Exception {
    stage = HostStage.open(folder);
    four = stage.composed(RECIPE, Profile.FULL_HD.ladder());
    one = stage.composed(RECIPE, List.of(Profile.TINY)).composition();
  }

  @AfterEach
  void now() {
    stage.ahead = Duration.ZERO;
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  private static Recipe recipe(long seed, SetSpec... sets) {
    return new Recipe(SampleExercise.SLUG, "ro", List.of(sets), seed, false);
  }

  @Test
  void everyQualityShowsEveryFrameInItsPlaceAtEachJointToo() throws Exception {
    String id = stage.publish(four.composition(), "four-qualities");
    assertThat(stage.client().status(id))
        .isEqualTo(
            new HostedStatus.Playable(
                Duration.ofMillis(Math.round(four.plan().durationSeconds() * 1000)), 1920, 1080));
    URI master = stage.client().playback(id).hls();
    String text = new String(stage.get(master).body(), UTF_8);
    ExpectedRender expected =
        ExpectedFromPicks.of(SampleExercise.small(), RECIPE, four.plan().script().picks());
    List<Optional<Barcode>> frames = expected.barcodes().stream().map(Optional::of).toList();
    for (String quality : QUALITIES) {
      assertThat(text).contains("\n" + quality + "/video.m3u8\n");
      assertThat(MediaReader.pictures(stage.played(master, quality)))
          .as(quality)
          .extracting(DecodedPicture::barcode)
          .isEqualTo(frames);
    }
    float[] mix = expected.mix(stage.bundle());
    assertThat(MediaReader.sound(stage.played(master, "audio")).length())
        .isBetween(mix.length, mix.length + 1023);
  }

  @Test
  void publishingAgainChangesNothingAndAnotherCompositionIsRefused() throws Exception {
    String id = stage.publish(one, "twice");
    assertThat(stage.publish(one, "twice")).isEqualTo(id);
    assertThat(stage.client().titled("twice", SampleExercise.SLUG)).containsExactly(id);
    assertThatThrownBy(() -> stage.publish(four.composition(), "twice"))
        .isInstanceOf(VideoHostException.Refused.class)
        .hasMessageContaining("another composition");
  }

  /** The conditions on which records depend, of the real server. */
  @Test
  void aRecordIsWrittenIfItIsNewOrAsItWasRead() throws Exception {
    String key = "videos/" + UUID.randomUUID() + ".json";
    byte[] first = {1};
    byte[] second = {2};
    String etag = stage.mezzanines.putIfAbsent(key, first, "application/json").orElseThrow();
    assertThat(stage.mezzanines.putIfAbsent(key, second, "application/json")).isEmpty();
    assertThat(stage.mezzanines.readVersion(key).content()).isEqualTo(first);
    assertThat(stage.mezzanines.readVersion(key).etag()).isEqualTo(etag);
    assertThat(stage.mezzanines.putIfUnchanged(key, "other", second, "application/json")).isEmpty();
    assertThat(stage.mezzanines.putIfUnchanged(key, etag, second, "application/json")).isPresent();
    assertThat(stage.mezzanines.putIfUnchanged(key, etag, first, "application/json")).isEmpty();
    stage.mezzanines.delete(key);
    assertThat(stage.mezzanines.putIfUnchanged(key, etag, first, "application/json")).isEmpty();
    assertThat(stage.mezzanines.exists(key)).isFalse();
  }

  @Test
  void aRestartAnEvictionAndNewAssetsChangeNothing() throws Exception {
    String id = stage.publish(one, "the-same-for-ever");
    URI master = stage.client().playback(id).hls();
    byte[] pictures = Files.readAllBytes(stage.played(master, "216p"));
    byte[] sound = Files.readAllBytes(stage.played(master, "audio"));
    List<StoredObject> files = stage.assets.list(HostStage.asset(""));
    List<byte[]> contents = new ArrayList<>();
    for (StoredObject file : files) {
      contents.add(stage.assets.read(file.key()));
      stage.assets.put(file.key(), "another file".getBytes(UTF_8), "text/plain");
    }
    try {
      stage.replaceHost();
      URI again = stage.client().playback(id).hls();
      assertThat(Files.readAllBytes(stage.played(again, "216p"))).isEqualTo(pictures);
      assertThat(Files.readAllBytes(stage.played(again, "audio"))).isEqualTo(sound);
    } finally {
      for (int i = 0; i < files.size(); i++) {
        stage.assets.put(files.get(i).key(), contents.get(i), "application/octet-stream");
      }
    }
  }

  @Test
  void aLostMezzanineIsMadeAgainUnlessItsSourceHasChanged() throws Exception {
    String id = stage.publish(one, "lost");
    URI master = stage.client().playback(id).hls();
    byte[] pictures = Files.readAllBytes(stage.played(master, "216p"));
    String video = one.takes().get(0).video();
    String key =
        stage.mezzanines.list("mezzanines/").stream()
            .map(StoredObject::key)
            .filter(found -> found.endsWith(pictures(one, video)))
            .findFirst()
            .orElseThrow();
    stage.mezzanines.delete(key);
    stage.replaceHost();
    URI again = stage.client().playback(id).hls();
    assertThat(Files.readAllBytes(stage.played(again, "216p"))).isEqualTo(pictures);
    assertThat(stage.mezzanines.exists(key)).isTrue();

    byte[] source = stage.assets.read(HostStage.asset(video));
    stage.assets.put(HostStage.asset(video), "another file".getBytes(UTF_8), "text/plain");
    stage.mezzanines.delete(key);
    stage.replaceHost();
    try {
      URI gone = stage.client().playback(id).hls();
      HttpResponse<byte[]> answer = stage.whenMade(stage.segments(gone, "216p").get(1));
      assertThat(answer.statusCode()).isEqualTo(410);
      assertThat(new String(answer.body(), UTF_8)).contains(video, "another file");
    } finally {
      stage.assets.put(HostStage.asset(video), source, "application/octet-stream");
    }
    stage.replaceHost(); // this one remembers that it is lost
    assertThat(Files.readAllBytes(stage.played(stage.client().playback(id).hls(), "216p")))
        .isEqualTo(pictures);
  }

  @Test
  void aLostMezzanineOfAnUploadIsMadeAgainFromTheFileUnlessThatHasChanged() throws Exception {
    Path file = folder.resolve("take.mp4");
    new Footage().size(640, 360).frames(45, 30, 1).writeTo(file);
    VideoHost host = stage.client();
    String id =
        host.publish(
            new VideoHost.Content.OfFile(file), "a-take", "library", VideoHost.Journal.NONE);
    HostedStatus status = host.status(id);
    while (!status.isFinal()) {
      TimeUnit.MILLISECONDS.sleep(20);
      status = host.status(id);
    }
    byte[] pictures = Files.readAllBytes(stage.played(host.playback(id).hls(), "360p"));
    byte[] record = stage.mezzanines.read("videos/" + id + ".json");
    String source = HexFormat.of().formatHex(sha256(Files.readAllBytes(file)));
    deleteMezzaninesOf(source);
    stage.replaceHost();
    URI again = stage.client().playback(id).hls();
    assertThat(Files.readAllBytes(stage.played(again, "360p"))).isEqualTo(pictures);
    assertThat(stage.mezzanines.read("videos/" + id + ".json")).isEqualTo(record);

    stage.mezzanines.put("uploads/" + id, "another file".getBytes(UTF_8), "text/plain");
    deleteMezzaninesOf(source);
    stage.replaceHost();
    assertThat(refusal(id, "360p")).contains("a-take: upload.mp4 is lost", "another file by now");
    stage.mezzanines.delete("uploads/" + id);
    stage.replaceHost(); // what is lost stays so for a minute
    assertThat(refusal(id, "360p")).contains("a-take: upload.mp4 is lost, and so is its source");
  }

  private static String refusal(String id, String quality) throws Exception {
    URI segment = stage.segments(stage.client().playback(id).hls(), quality).get(1);
    HttpResponse<byte[]> answer = stage.whenMade(segment);
    assertThat(answer.statusCode()).isEqualTo(410);
    return new String(answer.body(), UTF_8);
  }

  private static void deleteMezzaninesOf(String source) throws Exception {
    int deleted = 0;
    for (StoredObject object : stage.mezzanines.list("mezzanines/")) {
      if (object.key().contains(source)) {
        stage.mezzanines.delete(object.key());
        deleted++;
      }
    }
    assertThat(deleted).isPositive();
  }

  private static byte[] sha256(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private static String pictures(Composition composition, String video) {
    return composition.rungs().get(0).videos().stream()
        .map(Composition.Video::mezzanine)
        .filter(mezzanine -> mezzanine.name().equals(video))
        .map(mezzanine -> mezzanine.source() + "/video.mp4." + mezzanine.part("video.mp4").sha256())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTokenOpensItsOwnRenderUntilItExpiresAndANewOneGoesOn() throws Exception {
    String id = stage.publish(one, "tokens");
    Composition other =
        stage.composed(recipe(2, new SetSpec("right", 5)), List.of(Profile.TINY)).composition();
    String otherId = stage.publish(other, "tokens-of-another");
    URI master = stage.client().playback(id).hls();
    List<URI> segments = stage.segments(master, "216p");
    URI last = segments.get(segments.size() - 1);
    HttpResponse<byte[]> served = stage.get(last);
    assertThat(served.statusCode()).isEqualTo(200);
    assertThat(served.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
    assertThat(stage.get(last, "Range", "bytes=10-19").body()).hasSize(10);

    String token = last.getPath().split("/", -1)[2];
    String ofOther =
        new PlaybackToken(UUID.fromString(otherId), Instant.now().plusSeconds(60))
            .signed(HostStage.TOKEN_KEY);
    assertThat(refused(last, token, ofOther)).contains("another video");
    assertThat(refused(master, token, ofOther)).contains("another video");
    assertThat(refused(last, token, token.replace(token.charAt(0), '9'))).contains("not signed");
    String ofAnotherKey =
        new PlaybackToken(UUID.fromString(id), Instant.now().plusSeconds(60)).signed("guessed");
    assertThat(refused(last, token, ofAnotherKey)).contains("not signed");

    stage.ahead = Duration.ofMinutes(61);
    assertThat(refused(last, token, token)).contains("expired");
    String renewed =
        new PlaybackToken(UUID.fromString(id), Instant.now().plusSeconds(7200))
            .signed(HostStage.TOKEN_KEY);
    HttpResponse<byte[]> continued = stage.get(URI.create(last.toString().replace(token, renewed)));
    assertThat(continued.statusCode()).isEqualTo(200);
    assertThat(continued.body()).isEqualTo(served.body());
  }

  private static String refused(URI address, String token, String other) throws Exception {
    HttpResponse<byte[]> answer = stage.get(URI.create(address.toString().replace(token, other)));
    assertThat(answer.statusCode()).isEqualTo(403);
    return new String(answer.body(), UTF_8);
  }

  /** With nothing kept: what is refused is refused with the time to ask again. */
  @Test
  void aColdPieceIsEncodedOnceHoweverManyAskForIt() throws Exception {
    String id = stage.publish(one, "many");
    stage.replaceHost();
    URI master = stage.client().playback(id).hls();
    URI sound = stage.segments(master, "audio").get(1);
    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      answers.add(
          stage
              .http()
              .sendAsync(HttpRequest.newBuilder(sound).build(), BodyHandlers.ofByteArray()));
    }
    byte[] whole = null;
    for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
      HttpResponse<byte[]> got = answer.get();
      if (got.statusCode() == 200) {
        whole = whole == null ? got.body() : whole;
        assertThat(got.body()).isEqualTo(whole);
      } else {
        assertThat(got.statusCode()).isEqualTo(503);
        assertThat(got.headers().firstValue("Retry-After")).isPresent();
      }
    }
    long pieces = encoded();
    assertThat(whole).isNotNull();
    assertThat(pieces).isBetween(1L, 4L);
    stage.played(master, "audio");
    long all = encoded();
    stage.played(master, "audio");
    assertThat(encoded()).isEqualTo(all);
    assertThat(sounds()).isEqualTo(all);
  }

  private static long encoded() throws Exception {
    Matcher counter =
        Pattern.compile("\nkinebeam_video_host_sound_pieces_encoded_total (\\S+)")
            .matcher("\n" + stage.metrics());
    assertThat(counter.find()).isTrue();
    return Math.round(Double.parseDouble(counter.group(1)));
  }

  private static long sounds() throws Exception {
    try (Stream<Path> files = Files.walk(stage.hostFolder().resolve("mezzanines"))) {
      return files
          .filter(file -> file.toString().contains("/sound-v") && Files.isRegularFile(file))
          .count();
    }
  }

  @Test
  void anUploadIsTranscodedByItsShorterSideWithItsShape() throws Exception {
    Path file = folder.resolve("upright.mp4");
    new Footage().size(540, 960).frames(60, 30, 1).writeTo(file);
    VideoHost host = stage.client();
    VideoHost.Content content = new VideoHost.Content.OfFile(file);
    String id = host.publish(content, "an-upload", "library", VideoHost.Journal.NONE);
    assertThat(host.publish(content, "an-upload", "library", VideoHost.Journal.NONE)).isEqualTo(id);
    HostedStatus status = host.status(id);
    while (!status.isFinal()) {
      TimeUnit.MILLISECONDS.sleep(20);
      status = host.status(id);
    }
    assertThat(status).isEqualTo(new HostedStatus.Playable(Duration.ofSeconds(2), 480, 854));
    URI master = host.playback(id).hls();
    assertThat(new String(stage.get(master).body(), UTF_8))
        .contains("RESOLUTION=480x854", "RESOLUTION=360x640");
    assertThat(MediaReader.pictures(stage.played(master, "360p"))).hasSize(60);

    HttpResponse<byte[]> viewers = stage.get(master.resolve("original"));
    assertThat(viewers.statusCode()).isEqualTo(403);
    HttpResponse<byte[]> original = stage.whenMade(stage.client().original(id));
    assertThat(original.statusCode()).isEqualTo(200);
    Path mp4 = Files.write(folder.resolve("original.mp4"), original.body());
    assertThat(MediaReader.pictures(mp4)).hasSize(60);

    Path broken = Files.writeString(folder.resolve("broken.mp4"), "this is not a video");
    String failed =
        host.publish(
            new VideoHost.Content.OfFile(broken), "broken", "library", VideoHost.Journal.NONE);
    HostedStatus ended = host.status(failed);
    while (!ended.isFinal()) {
      TimeUnit.MILLISECONDS.sleep(20);
      ended = host.status(failed);
    }
    assertThat(ended).isInstanceOf(HostedStatus.Failed.class);
  }

  @Test
  void aDeletedVideoIsGoneAndReleasesItsMezzanines() throws Exception {
    String id = stage.publish(one, "deleted");
    URI master = stage.client().playback(id).hls();
    assertThat(stage.get(master).statusCode()).isEqualTo(200);
    assertThat(stage.mezzanines.exists("videos/" + id + ".json")).isTrue();
    stage.client().delete(id);
    stage.client().delete(id);
    assertThat(stage.client().status(id)).isEqualTo(new HostedStatus.Gone());
    assertThat(stage.get(master).statusCode()).isEqualTo(404);
    assertThat(stage.mezzanines.exists("videos/" + id + ".json")).isFalse();
  }

  /** As a publisher leaves it that ends between sending the file and asking for the video. */
  @Test
  void aFileThatWasSentForNoVideoIsDeletedByItsTitle() throws Exception {
    String id = OwnHost.idOf("broken-off", "library").toString();
    stage.mezzanines.put("uploads/" + id, "a film".getBytes(UTF_8), "application/octet-stream");
    assertThat(stage.client().titled("broken-off", "library")).isEmpty();
    assertThat(stage.client().unfinished("broken-off", "library")).containsExactly(id);
    stage.client().delete(id);
    assertThat(stage.mezzanines.exists("uploads/" + id)).isFalse();
  }
}
