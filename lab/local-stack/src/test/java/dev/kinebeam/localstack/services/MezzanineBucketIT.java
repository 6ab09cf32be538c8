package dev.kinebeam.localstack.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.mezzanine.MezzanineBucket;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.mezzanine.SharedMezzanines;
import dev.kinebeam.composer.mezzanine.SharedMezzanines.Counts;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.localstack.services.Endpoints.ObjectStoreAccess;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.sample.libav.Footage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mezzanines that two machines share, in the real S3. */
class MezzanineBucketIT {
  private static final RunningServices RUNNING = new RunningServices();
  private static final int FRAMES = 30;

  @TempDir static Path dir;

  private static ObjectStoreAccess access;
  private static LocalPrimitive source;
  private static int buckets;

  private ObjectStore bucket;

  @BeforeAll
  static void start() throws Exception {
    StackSettings settings = StackSettings.forTests(dir.resolve("stack"));
    access = new Launcher(settings, RUNNING, ServicePorts.choose(settings.ports())).objectStore();
    Path file = dir.resolve("rep-left-video-1.mp4");
    new Footage().frames(FRAMES, 30, 1).writeTo(file);
    source = new LocalPrimitive("rep-left-video-1.mp4", file);
  }

  @AfterAll
  static void stop() throws Exception {
    RUNNING.stop();
  }

  @BeforeEach
  void openBucket() throws Exception {
    bucket = store(access.endpoint(), "mezzanines-" + buckets++, access.secretAccessKey());
    bucket.createBucket();
  }

  @Test
  void whatOneMachineMadeTheOtherFetches() throws Exception {
    Machine one = new Machine(bucket);
    assertThat(one.makes()).isTrue();
    assertThat(one.counts()).isEqualTo(new Counts(0, 1, 1, 0));
    assertThat(bucket.list("mezzanines/"))
        .extracting(StoredObject::key)
        .allMatch(key -> key.matches("mezzanines/v\\d[^/]+/[0-9a-f]{64}/[a-z0-9.-]+"))
        .filteredOn(key -> key.endsWith("/index.json"))
        .hasSize(1);

    Machine two = new Machine(bucket);
    assertThat(two.makes()).isFalse();
    assertThat(two.counts()).isEqualTo(new Counts(1, 0, 0, 0));
    assertThat(two.makes()).as("now it is there").isFalse();
    assertThat(two.counts()).isEqualTo(new Counts(1, 0, 0, 0));
  }

  @Test
  void whatIsNotWhatItsIndexSaysIsMadeHereAndStoredAnew() throws Exception {
    new Machine(bucket).makes();
    String video = key("video.mp4");
    byte[] bytes = bucket.read(video);
    bytes[bytes.length / 2] ^= 1;
    bucket.put(video, bytes, "application/octet-stream");

    Machine two = new Machine(bucket);
    assertThat(two.makes()).isTrue();
    assertThat(two.counts()).isEqualTo(new Counts(0, 0, 1, 1));
    Machine three = new Machine(bucket);
    assertThat(three.makes()).isFalse();
  }

  @Test
  void anUploadThatBrokeOffIsNotAnEntry() throws Exception {
    new Machine(bucket).makes();
    bucket.delete(key("audio.pcm"));
    Machine two = new Machine(bucket);
    assertThat(two.makes()).isTrue();
    assertThat(two.counts()).isEqualTo(new Counts(0, 1, 1, 0));

    bucket.delete(key("index.json"));
    Machine three = new Machine(bucket);
    assertThat(three.makes()).isTrue();
    assertThat(three.counts()).isEqualTo(new Counts(0, 1, 1, 0));
  }

  @Test
  void aStoreThatRefusesIsLeftAloneForAMinute() throws Exception {
    try (ObjectStore refused = store(access.endpoint(), bucket.bucket(), "guessed")) {
      Later clock = new Later();
      Machine machine = new Machine(refused, clock);
      assertThat(machine.makes()).isTrue();
      assertThat(machine.counts()).as("not asked to keep it").isEqualTo(new Counts(0, 0, 0, 1));
      clock.now = clock.now.plus(Duration.ofMinutes(1));
      assertThat(new Machine(machine.shared).makes()).isTrue();
      assertThat(machine.counts()).isEqualTo(new Counts(0, 0, 0, 2));
    }
  }

  @Test
  void anUnavailableStoreFailsNothing() throws Exception {
    URI unused = URI.create("http://127.0.0.1:" + new FreePorts(PortChoice.FREE).free());
    try (ObjectStore away = store(unused, "mezzanines", access.secretAccessKey())) {
      Machine machine = new Machine(away);
      assertThat(machine.makes()).isTrue();
      assertThat(machine.counts()).isEqualTo(new Counts(0, 0, 0, 1));
    }
  }

  private String key(String file) throws IOException {
    return bucket.list("mezzanines/").stream()
        .map(StoredObject::key)
        .filter(key -> key.contains("/" + file))
        .findFirst()
        .orElseThrow();
  }

  private static ObjectStore store(URI endpoint, String name, String secret) {
    return ObjectStore.open(
        new ObjectStoreSettings(
            name,
            access.region(),
            Optional.of(endpoint),
            Optional.of(new Credentials(access.accessKeyId(), secret))));
  }

  /** A cache of its own, and what it shares. */
  private static final class Machine {
    private static int machines;

    private final SharedMezzanines shared;
    private final MezzanineCache cache;

    Machine(ObjectStore bucket) {
      this(bucket, Clock.systemUTC());
    }

    Machine(ObjectStore bucket, Clock clock) {
      this(new MezzanineBucket(bucket, clock));
    }

    Machine(SharedMezzanines shared) {
      this.shared = shared;
      this.cache =
          new MezzanineCache(
              dir.resolve("machine-" + machines++),
              Profile.TINY,
              1L << 30,
              Normalizer.withDefaults(),
              shared,
              Clock.systemUTC());
    }

    /** Asks for the mezzanine; whether it had to be made here. */
    boolean makes() throws IOException {
      boolean[] worked = {false};
      try (VideoMezzanine mezzanine = cache.video(source, frames -> worked[0] = true)) {
        assertThat(mezzanine.frames()).isEqualTo(FRAMES);
        assertThat(mezzanine.wildTrack().samples()).isEqualTo(FRAMES * 1600);
      }
      return worked[0];
    }

    Counts counts() {
      return shared.counts();
    }
  }

  private static final class Later extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
