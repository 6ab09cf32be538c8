package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.testing.SampleBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MezzanineCacheTest {
  private static final String REP = "rep-left-video-1.mp4";
  private static final String ODD = "intro-video-2.mp4";
  private static final String VOICE = "audio/ro/pauza-vo-1.mp3";
  @TempDir Path directory;

  @Test
  void aVideoKeepsItsFramesAndItsSoundIsExactlyAsLong() throws IOException {
    try (VideoMezzanine mezzanine = SampleBundle.cache().video(source(REP, REP), frames -> {})) {
      assertThat(mezzanine.frames()).isEqualTo(75);
      assertThat(mezzanine.wildTrack().samples()).isEqualTo(75 * 1600);
      assertThat(mezzanine.isKey(0)).isTrue();
      assertThat(mezzanine.isKey(60)).isTrue();
    }
  }

  @Test
  void aClipOf25FramesPerSecondInMonoBecomesOneOf30InStereoThatJoinsTheOthers() throws IOException {
    MezzanineCache cache = SampleBundle.cache();
    try (VideoMezzanine odd = cache.video(source(ODD, ODD), frames -> {});
        VideoMezzanine even = cache.video(source(REP, REP), frames -> {})) {
      assertThat(odd.frames()).isEqualTo(42);
      assertThat(odd.sampleEntry()).isEqualTo(even.sampleEntry());
      assertThat(odd.delay()).isEqualTo(even.delay());
    }
  }

  @Test
  void theSameSourceIsNormalisedOnceUnderWhateverNameAndByHoweverManyAtOnce() throws Exception {
    AtomicInteger made = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Integer>> asked = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "name-" + i;
      asked.add(
          threads.submit(
              () -> {
                boolean[] worked = {false};
                MezzanineCache own = SampleBundle.cache(directory);
                own.video(source(name, REP), frames -> worked[0] = true).close();
                return worked[0] ? made.incrementAndGet() : 0;
              }));
    }
    for (Future<Integer> future : asked) {
      future.get();
    }
    threads.shutdown();
    assertThat(made).hasValue(1);
  }

  @Test
  void aBrokenEntryIsThrownAwayAndMadeAgain() throws IOException {
    MezzanineCache cache = SampleBundle.cache(directory);
    cache.video(source(REP, REP), frames -> {}).close();
    Path video = only("video.mp4");
    byte[] bytes = Files.readAllBytes(video);
    Files.write(video, Arrays.copyOf(bytes, bytes.length - 100));
    try (VideoMezzanine again = cache.video(source(REP, REP), frames -> {})) {
      assertThat(again.frames()).isEqualTo(75);
    }
    assertThat(only("video.mp4")).hasBinaryContent(bytes);
  }

  @Test
  void soundOfNoBytesIsMadeAgainAndACostOfNoDigitsIsNone() throws IOException {
    MezzanineCache cache = SampleBundle.cache(directory);
    int samples = cache.voice(source(VOICE, VOICE)).samples();
    Files.write(only("audio.pcm"), new byte[0]);
    List<Boolean> made = new ArrayList<>();
    assertThat(cache.voice(source(VOICE, VOICE), (cost, now) -> made.add(now)).samples())
        .isEqualTo(samples);
    Files.write(only("cpu-millis"), new byte[0]);
    List<Duration> costs = new ArrayList<>();
    cache.voice(source(VOICE, VOICE), (cost, now) -> costs.add(cost));
    assertThat(made).containsExactly(true);
    assertThat(costs).containsExactly(Duration.ZERO);
  }

  @Test
  void soundThatLostItsEndIsMadeAgain() throws IOException {
    MezzanineCache cache = SampleBundle.cache(directory);
    int samples = cache.voice(source(VOICE, VOICE)).samples();
    byte[] whole = Files.readAllBytes(only("audio.pcm"));
    Files.write(only("audio.pcm"), Arrays.copyOf(whole, whole.length / 8 * 4));
    assertThat(cache.voice(source(VOICE, VOICE)).samples()).isEqualTo(samples);
  }

  @Test
  void anEntryWhoseIndexNamesTooLittleIsMadeAgain() throws IOException {
    MezzanineCache cache = SampleBundle.cache(directory);
    int samples = cache.voice(source(VOICE, VOICE)).samples();
    Files.delete(only("audio.pcm"));
    Files.writeString(only("index.json"), "{\"parts\":[]}");
    assertThat(cache.voice(source(VOICE, VOICE)).samples()).isEqualTo(samples);

    cache.video(source(REP, REP), frames -> {}).close();
    Path video = only("video.mp4");
    byte[] bytes = Files.readAllBytes(video);
    Files.delete(video);
    Path index = video.resolveSibling("index.json");
    Files.write(index, EntryIndex.of(video.getParent()).json());
    cache.video(source(REP, REP), frames -> {}).close();
    assertThat(only("video.mp4")).hasBinaryContent(bytes);
  }

  @Test
  void aSharedEntryThatNamesTooLittleIsMadeHereAndSharedAnew() throws IOException {
    SharedFolder shared = new SharedFolder(directory.resolve("shared"));
    int samples = sharing(shared, "one").voice(source(VOICE, VOICE)).samples();
    Path sound = onlyIn(directory.resolve("shared"), "audio.pcm");
    Files.delete(sound);
    Files.writeString(sound.resolveSibling("index.json"), "{\"parts\":[]}");
    assertThat(sharing(shared, "two").voice(source(VOICE, VOICE)).samples()).isEqualTo(samples);
    assertThat(sound).exists();
    assertThat(shared.counts()).isEqualTo(new SharedMezzanines.Counts(1, 1, 2, 0));
  }

  /** As on a disk with damage somewhere else. */
  @Test
  void aCacheThatCannotBeKeptSmallFailsNothingAndHidesNoError() throws IOException {
    Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
    CacheEviction room = new CacheEviction(directory, 1, Clock.systemUTC());
    assertThatThrownBy(room::keepWithinBounds).isInstanceOf(IOException.class);
    MezzanineCache cache = SampleBundle.cache(directory);
    assertThat(cache.voice(source(VOICE, VOICE)).samples()).isPositive();
    Path empty = Files.createFile(directory.resolve("empty.mp3"));
    assertThatThrownBy(() -> cache.voice(new LocalPrimitive(VOICE, empty)))
        .isInstanceOf(SourceRejected.class);
  }

  @Test
  void entriesAreNamedByTheLibrariesThatMadeThem() throws IOException {
    SampleBundle.cache(directory).voice(source(VOICE, VOICE));
    assertThat(only("audio.pcm").getParent().getParent().getFileName().toString())
        .isEqualTo("voice-v3-" + Libav.fileSafeVersion());
    assertThat(Profile.TINY.quality().version())
        .contains(Libav.fileSafeVersion(), Libav.h264Encoder(), "384x216");
  }

  @Test
  void whatOthersShareIsFetchedAndWhatIsMadeHereIsShared() throws IOException {
    SharedFolder shared = new SharedFolder(directory.resolve("shared"));
    byte[] made;
    try (VideoMezzanine mezzanine = sharing(shared, "one").video(source(REP, REP), frames -> {})) {
      assertThat(mezzanine.frames()).isEqualTo(75);
    }
    assertThat(shared.counts()).isEqualTo(new SharedMezzanines.Counts(0, 1, 1, 0));
    made = Files.readAllBytes(onlyIn(directory.resolve("one"), "video.mp4"));

    List<Boolean> madeNow = new ArrayList<>();
    List<Duration> costs = new ArrayList<>();
    sharing(shared, "two")
        .video(
            source(REP, REP),
            frames -> {
              throw new AssertionError("made although it was shared");
            },
            (cost, now) -> {
              madeNow.add(now);
              costs.add(cost);
            })
        .close();
    assertThat(madeNow).containsExactly(false);
    assertThat(costs).allMatch(cost -> !cost.isZero());
    assertThat(onlyIn(directory.resolve("two"), "video.mp4")).hasBinaryContent(made);
    assertThat(shared.counts()).isEqualTo(new SharedMezzanines.Counts(1, 1, 1, 0));
  }

  /** As machines that mount one folder would share. */
  private record SharedFolder(
      Path folder, AtomicInteger fetched, AtomicInteger missing, AtomicInteger kept)
      implements SharedMezzanines {
    SharedFolder(Path folder) {
      this(folder, new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
    }

    @Override
    public boolean fetch(String name, Path into) {
      boolean there = copy(folder.resolve(name), into);
      (there ? fetched : missing).incrementAndGet();
      return there;
    }

    @Override
    public void keep(String name, Path from) {
      Path place = folder.resolve(name);
      assertThat(place.toFile().mkdirs() || Files.isDirectory(place)).isTrue();
      assertThat(copy(from, place)).isTrue();
      kept.incrementAndGet();
    }

    private static boolean copy(Path from, Path to) {
      if (!Files.isDirectory(from)) {
        return false;
      }
      try (var files = Files.list(from)) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Counts counts() {
      return new Counts(fetched.get(), missing.get(), kept.get(), 0);
    }
  }

  private MezzanineCache sharing(SharedMezzanines shared, String folder) {
    return new MezzanineCache(
        directory.resolve(folder),
        Profile.TINY,
        1L << 30,
        Normalizer.withDefaults(),
        shared,
        Clock.systemUTC());
  }

  @Test
  void aLadderMakesAVideoAtOnceInAllItsQualitiesThatAreNeitherHereNorShared() throws IOException {
    SharedFolder shared = new SharedFolder(directory.resolve("shared"));
    List<Quality> qualities = List.of(Profile.SD.quality(), Profile.TINY.quality());
    ladder(qualities.subList(0, 1), shared, "other")
        .get(0)
        .video(source(REP, REP), n -> {})
        .close();

    List<MezzanineCache> ladder = ladder(qualities, shared, "here");
    ladder.get(1).video(source(REP, REP), n -> {}).close();
    assertThat(shared.counts()).isEqualTo(new SharedMezzanines.Counts(1, 2, 2, 0));
    List<Boolean> madeNow = new ArrayList<>();
    ladder.get(0).video(source(REP, REP), n -> {}, (cpu, now) -> madeNow.add(now)).close();
    assertThat(madeNow).as("it came with the other").containsExactly(false);

    ladder(qualities, SharedMezzanines.NONE, "fresh")
        .get(0)
        .video(source(REP, REP), n -> {})
        .close();
    for (Quality quality : qualities) {
      assertThat(directory.resolve("fresh").resolve(quality.version())).isNotEmptyDirectory();
    }
  }

  private List<MezzanineCache> ladder(
      List<Quality> qualities, SharedMezzanines shared, String folder) {
    return MezzanineCache.ladder(
        directory.resolve(folder),
        qualities,
        1L << 30,
        Normalizer.withDefaults(),
        shared,
        Clock.systemUTC());
  }

  @Test
  void aMezzanineOfAnotherProfileIsNotAccepted() throws IOException {
    SampleBundle.cache(directory).video(source(REP, REP), frames -> {}).close();
    Path entry = only("video.mp4").getParent();
    assertThatThrownBy(() -> VideoMezzanine.open(entry, Profile.SD.format()))
        .isInstanceOf(BrokenMezzanine.class)
        .hasMessageContaining("SPS and PPS");
  }

  @Test
  void whatWasNotUsedForLongestMakesRoomAndWhatIsInUseStays() throws IOException {
    SampleBundle.cache(directory).voice(source(VOICE, VOICE));
    Path old = only("audio.pcm").getParent();
    Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));
    Clock later = Clock.fixed(Instant.now().plus(Duration.ofMinutes(1)), ZoneOffset.UTC);
    MezzanineCache full =
        new MezzanineCache(directory, Profile.TINY, 1, Normalizer.withDefaults(), later);
    String other = "audio/ro/outro-vo-1.mp3";
    full.voice(source(other, other));
    assertThat(old).doesNotExist();
    assertThat(only("audio.pcm")).exists();
  }

  @Test
  void makingRoomMindsNoEntriesThatComeAndGoMeanwhile() throws Exception {
    CacheEviction room = new CacheEviction(directory, 1L << 30, Clock.systemUTC());
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> others =
          threads.submit(
              () -> {
                while (!done.get()) {
                  Path entry = room.makingDirectory().resolve(UUID.randomUUID().toString());
                  Files.createDirectories(entry);
                  Path place = directory.resolve("version").resolve(entry.getFileName());
                  Files.createDirectories(place.getParent());
                  CacheEviction.moveWhole(entry, place);
                  room.discard(place);
                }
                return null;
              });
      for (int i = 0; i < 3_000; i++) {
        room.keepWithinBounds();
      }
      done.set(true);
      others.get();
    } finally {
      done.set(true);
      threads.shutdown();
    }
  }

  private Path only(String name) throws IOException {
    return onlyIn(directory, name);
  }

  private static Path onlyIn(Path folder, String name) throws IOException {
    try (var files = Files.walk(folder)) {
      List<Path> found = files.filter(path -> path.endsWith(name)).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static LocalPrimitive source(String name, String sample) {
    return new LocalPrimitive(name, SampleBundle.directory().resolve(sample));
  }
}
