package dev.kinebeam.trials.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Copies, sources and mezzanines that are lost while they are played. */
final class LostContent {
  private static final byte[] ANOTHER = "another file".getBytes(StandardCharsets.UTF_8);
  private static final int GONE = 410;
  private static final int OK = 200;
  private static final Duration SERVED_WITHIN = Duration.ofMinutes(3);

  private LostContent() {}

  /** The host keeps open what it has read: a new process has nothing open. */
  private static void startWithoutCopies(OrderEnvironment environment) throws IOException {
    environment.host().kill();
    evict(environment);
    environment.host().start();
  }

  /** Deletes every copy that the host has, as a full disk or an operator would. */
  private static void evict(OrderEnvironment environment) throws IOException {
    Path copies = environment.hostCopies();
    if (!Files.exists(copies)) {
      return;
    }
    List<Path> versions;
    try (Stream<Path> list = Files.list(copies)) {
      versions = list.filter(version -> !version.endsWith("locks")).toList();
    }
    for (Path version : versions) {
      List<Path> entries;
      try (Stream<Path> list = Files.list(version)) {
        entries = list.toList();
      }
      for (Path entry : entries) {
        Folders.delete(entry);
      }
    }
  }

  /** The host's copies are deleted again and again while they are played. */
  static final class Eviction implements OrderFault.Strike {
    private static final int TIMES = 8;
    private static final Duration EVERY = Duration.ofSeconds(2);

    @Override
    public void prepare(Stage stage) throws IOException {
      startWithoutCopies(stage.environment());
    }

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
      for (int i = 0; i < TIMES; i++) {
        evict(stage.environment());
        TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
      }
    }
  }

  /** Every file of the exercise is replaced; what is published stays what it was. */
  static final class ReplacedAssets implements OrderFault.Strike {
    @Override
    public void run(Stage stage) throws Exception {
      UUID render = stage.videos().played().get(0);
      Map<String, ByteBuffer> before = stage.content(render);
      try (ObjectStore assets = stage.environment().assets();
          Replaced replaced = Replaced.all(assets, stage.environment().played() + "/")) {
        startWithoutCopies(stage.environment());
        stage.progress().accept(replaced.count() + " files of the played exercise are replaced");
        stage.expect(
            stage.content(render).equals(before), "new files in the assets bucket changed a video");
      }
    }

    /** The host is started anew in the middle, to read everything once more. */
    @Override
    public Duration held(Duration outage) {
      return Duration.ofSeconds(30);
    }
  }

  /** Objects of a bucket with another content, until closed. */
  private static final class Replaced implements AutoCloseable {
    private final ObjectStore bucket;
    private final List<String> keys = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();

    private Replaced(ObjectStore bucket) {
      this.bucket = bucket;
    }

    static Replaced all(ObjectStore bucket, String prefix) throws IOException {
      Replaced replaced = new Replaced(bucket);
      for (StoredObject object : bucket.list(prefix)) {
        replaced.keys.add(object.key());
        replaced.contents.add(bucket.read(object.key()));
      }
      for (String key : replaced.keys) {
        bucket.put(key, ANOTHER, "application/octet-stream");
      }
      return replaced;
    }

    int count() {
      return keys.size();
    }

    @Override
    public void close() throws IOException {
      for (int i = 0; i < keys.size(); i++) {
        bucket.put(keys.get(i), contents.get(i), "application/octet-stream");
      }
    }
  }

  /**
   * The bucket loses a mezzanine of what is played: it is made again from its source. Of what is
   * not played it loses one whose source was replaced: that fails by its name.
   */
  static final class LostMezzanine implements OrderFault.Strike {
    private UUID unplayed;
    private String key;

    @Override
    public void prepare(Stage stage) throws Exception {
      unplayed = stage.ready(Orders.shortRecipe(stage.environment().untouched()));
      try (ObjectStore bucket = stage.environment().mezzanines()) {
        // It is first played after the first set: the players are under way by then.
        key = key(bucket, stage, stage.videos().played().get(0), "pauza-video");
        startWithoutCopies(stage.environment());
        bucket.delete(key);
      }
    }

    @Override
    public void run(Stage stage) throws Exception {
      try (ObjectStore bucket = stage.environment().mezzanines()) {
        Await.until("a lost mezzanine is made again", SERVED_WITHIN, () -> bucket.exists(key));
        loseForGood(stage, bucket);
      }
      stage.content(unplayed);
    }

    private void loseForGood(Stage stage, ObjectStore bucket) throws Exception {
      String name = "intro-video";
      String lost = key(bucket, stage, unplayed, name);
      String exercise = stage.environment().untouched();
      URI pictures = stage.segments(stage.address(unplayed)).get(1);
      try (ObjectStore assets = stage.environment().assets();
          Replaced replaced = Replaced.all(assets, exercise + "/" + name)) {
        stage.expect(replaced.count() > 0, "there is no source to be replaced");
        bucket.delete(lost);
        Await.until(
            "a mezzanine whose source was replaced is answered 410",
            SERVED_WITHIN,
            () -> stage.answer(pictures).statusCode() == GONE);
        HttpResponse<byte[]> answer = stage.answer(pictures);
        stage.expect(
            answer.statusCode() == GONE && Stage.text(answer).contains(name),
            "a mezzanine whose source was replaced is answered " + Stage.text(answer));
      }
      Await.until(
          "it is made again once its source is back",
          SERVED_WITHIN,
          () -> stage.answer(pictures).statusCode() == OK);
    }

    /** Where the bucket has the pictures of a take of a render. */
    private static String key(ObjectStore bucket, Stage stage, UUID render, String take)
        throws IOException, InterruptedException {
      String hosted = stage.address(render).getPath().split("/", -1)[4];
      JsonNode composition =
          Json.MAPPER.readTree(bucket.read("videos/" + hosted + ".json")).path("composition");
      for (JsonNode video : composition.path("rungs").path(0).path("videos")) {
        JsonNode mezzanine = video.path("mezzanine");
        if (mezzanine.path("name").asText().startsWith(take)) {
          String end = mezzanine.path("source").asText() + "/video.mp4.";
          Optional<String> found =
              bucket.list("mezzanines/").stream()
                  .map(StoredObject::key)
                  .filter(object -> object.contains(end))
                  .findFirst();
          return found.orElseThrow(
              () -> new IOException("the bucket has no mezzanine " + end + " of " + render));
        }
      }
      throw new IOException("render " + render + " plays no " + take);
    }
  }
}
