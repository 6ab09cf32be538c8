package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.lock.EntryLock;
import dev.kinebeam.schemas.render.Composition;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mezzanines in a directory, named by the SHA-256 of their source and by all that they were made
 * with: the same primitive is normalised once, however often it is asked for and under whatever
 * name, by any number of threads and processes that share the directory. What is not there is
 * looked for in the mezzanines that machines share, and made when it is not there either.
 *
 * <p>An entry is made beside its place, forced to disk and moved there whole, so a crash leaves no
 * half entry, and the files that it does leave are deleted when the next process begins to make an
 * entry. An entry that fails its check is made again once; if the new one fails too, that is an
 * error. Beyond {@code maxBytes} the entries unused for longest are deleted, but none that was
 * opened within the last ten minutes; one that is open stays readable. Thread-safe.
 */
public final class MezzanineCache {
  private static final Logger LOG = LoggerFactory.getLogger(MezzanineCache.class);

  /** Raised when sound is made otherwise; the libraries' version says the rest. */
  private static final String VOICE_VERSION = "voice-v3-" + Libav.fileSafeVersion();

  private final Path root;
  private final Quality quality;
  private final Normalizer normalizer;
  private final SharedMezzanines shared;
  private final CacheEviction room;
  private final Clock clock;

  /** What is made in one go with a video of this quality, itself included. */
  private List<MezzanineCache> ladder = List.of(this);

  /** A cache that shares nothing with other machines. */
  public MezzanineCache(
      Path root, Profile profile, long maxBytes, Normalizer normalizer, Clock clock) {
    this(root, profile, maxBytes, normalizer, SharedMezzanines.NONE, clock);
  }

  public MezzanineCache(
      Path root,
      Profile profile,
      long maxBytes,
      Normalizer normalizer,
      SharedMezzanines shared,
      Clock clock) {
    this(root, profile.quality(), maxBytes, normalizer, shared, clock);
  }

  public MezzanineCache(
      Path root,
      Quality quality,
      long maxBytes,
      Normalizer normalizer,
      SharedMezzanines shared,
      Clock clock) {
    this.root = root;
    this.quality = quality;
    this.normalizer = normalizer;
    this.shared = shared;
    this.clock = clock;
    this.room = new CacheEviction(root, maxBytes, clock);
  }

  /**
   * Caches of one directory that make a video in all of their qualities when one of them has to
   * make it: it is decoded once.
   */
  public static List<MezzanineCache> ladder(
      Path root,
      List<Quality> qualities,
      long maxBytes,
      Normalizer normalizer,
      SharedMezzanines shared,
      Clock clock) {
    List<MezzanineCache> ladder =
        qualities.stream()
            .map(quality -> new MezzanineCache(root, quality, maxBytes, normalizer, shared, clock))
            .toList();
    ladder.forEach(cache -> cache.ladder = ladder);
    return ladder;
  }

  /** What all mezzanines in here look like. */
  public Quality quality() {
    return quality;
  }

  /**
   * The mezzanine of a video primitive, made now if need be.
   *
   * @param framesDone receives the number of frames made so far; never called when the entry exists
   * @throws SourceRejected when the source cannot be used
   */
  public VideoMezzanine video(PrimitiveSource source, LongConsumer framesDone) throws IOException {
    return video(source, framesDone, CostListener.NONE);
  }

  /** The same, and reports the cost. */
  public VideoMezzanine video(PrimitiveSource source, LongConsumer framesDone, CostListener costs)
      throws IOException {
    Path entry = entry(quality.version(), source);
    return obtain(
        entry,
        () -> VideoMezzanine.open(entry, quality.format()),
        making -> makeVideos(source, making, framesDone),
        costs);
  }

  /** Makes a video in this quality, and in those of the ladder that are not there either. */
  private Duration makeVideos(PrimitiveSource source, Making making, LongConsumer framesDone)
      throws IOException {
    List<Target> targets = new ArrayList<>();
    targets.add(new Target(making.directory(), quality.format()));
    for (MezzanineCache other : ladder) {
      Path entry = other.entry(other.quality.version(), source);
      if (other != this && !Files.isDirectory(entry) && !other.fetch(entry)) {
        targets.add(new Target(making.beside(entry), other.quality.format()));
      }
    }
    Duration cpu = normalizer.video(source.name(), source.file(), targets, framesDone);
    return cpu.dividedBy(targets.size());
  }

  /**
   * The sound of a voice-over, made now if need be.
   *
   * @throws SourceRejected when the source cannot be used
   */
  public PcmClip voice(PrimitiveSource source) throws IOException {
    return voice(source, CostListener.NONE);
  }

  /** The same, and reports the cost. */
  public PcmClip voice(PrimitiveSource source, CostListener costs) throws IOException {
    Path entry = entry(VOICE_VERSION, source);
    return obtain(
        entry,
        () -> PcmClip.open(entry.resolve(VideoMezzanine.AUDIO_FILE)),
        making -> normalizer.voice(source.name(), source.file(), making.directory()),
        costs);
  }

  /**
   * What the mezzanine of a source took, if it is in the directory; whether it is whole shows when
   * it is opened.
   *
   * @param sha256 of the source
   */
  public Optional<Duration> costOfVideo(String sha256) {
    return costIfThere(root.resolve(quality.version()).resolve(sha256));
  }

  /** The same of a voice-over. */
  public Optional<Duration> costOfVoice(String sha256) {
    return costIfThere(root.resolve(VOICE_VERSION).resolve(sha256));
  }

  private static Optional<Duration> costIfThere(Path entry) {
    return Files.isDirectory(entry) ? Optional.of(Making.cost(entry)) : Optional.empty();
  }

  /** Whether it is of a voice-over, as this build makes them. */
  public static boolean isVoice(Composition.Mezzanine mezzanine) {
    return mezzanine.version().equals(VOICE_VERSION);
  }

  /**
   * Room for files that are made from these mezzanines; it counts towards the same bound.
   *
   * @param version names how they are made
   */
  public DerivedFiles derived(String version) {
    return new DerivedFiles(root.resolve(version), room, clock);
  }

  private interface Opener<T> {
    T open() throws IOException;
  }

  private interface Maker {
    /** Returns the processor time of each entry. */
    Duration make(Making making) throws IOException;
  }

  private <T> T obtain(Path entry, Opener<T> opener, Maker maker, CostListener costs)
      throws IOException {
    T found = openIfPresent(entry, opener);
    if (found != null) {
      costs.cost(Making.cost(entry), false);
      return found;
    }
    Path lockFile = root.resolve("locks").resolve(entry.getFileName() + ".lock");
    EntryLock lock = EntryLock.acquire(lockFile);
    Made<T> made;
    try {
      T madeMeanwhile = openIfPresent(entry, opener);
      if (madeMeanwhile != null) {
        costs.cost(Making.cost(entry), false);
        return madeMeanwhile;
      }
      made = fetchOrMake(entry, opener, maker);
    } finally {
      lock.release();
    }
    makeRoom();
    try {
      costs.cost(Making.cost(entry), !made.entries().isEmpty());
      for (Path each : made.entries()) {
        // Not under the lock: whoever waits for the entry need not wait for this.
        shared.keep(Making.name(each), each);
      }
      return made.mezzanine();
    } catch (IOException | RuntimeException e) {
      if (made.mezzanine() instanceof Closeable open) {
        open.close();
      }
      throw e;
    }
  }

  /**
   * A mezzanine that was not here.
   *
   * @param entries those that were made here; empty when it was fetched
   */
  private record Made<T>(T mezzanine, Set<Path> entries) {}

  /** A cache that stays too big for now does not fail what was made. */
  private void makeRoom() {
    try {
      room.keepWithinBounds();
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} may exceed its size limit; check its content", root, e);
    }
  }

  private <T> Made<T> fetchOrMake(Path entry, Opener<T> opener, Maker maker) throws IOException {
    if (fetch(entry)) {
      try {
        return new Made<>(open(entry, opener), Set.of());
      } catch (BrokenMezzanine e) {
        LOG.warn("making {} here, because the shared one is broken: {}", entry, e.getMessage());
        room.discard(entry);
      }
    }
    Set<Path> made = new LinkedHashSet<>(make(entry, maker));
    try {
      return new Made<>(open(entry, opener), made);
    } catch (BrokenMezzanine e) {
      LOG.warn("made {} again because {}", entry, e.getMessage());
      room.discard(entry);
      made.addAll(make(entry, maker));
      return new Made<>(open(entry, opener), made);
    }
  }

  private boolean fetch(Path entry) throws IOException {
    if (shared == SharedMezzanines.NONE) {
      return false;
    }
    Path making = room.newMakingDirectory();
    try {
      if (!shared.fetch(Making.name(entry), making)) {
        return false;
      }
      Making.place(making, entry);
      return true;
    } finally {
      CacheEviction.deleteTree(making);
    }
  }

  private static <T> T open(Path entry, Opener<T> opener) throws IOException {
    try {
      EntryIndex.check(entry);
      return opener.open();
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(entry)) {
        throw new BrokenMezzanine("it lacks " + Path.of(e.getFile()).getFileName());
      }
      throw e;
    }
  }

  /** Null when there is no entry, or only a broken one (which is then deleted). */
  private <T> T openIfPresent(Path entry, Opener<T> opener) throws IOException {
    if (!Files.isDirectory(entry)) {
      return null;
    }
    try {
      // First, so that no other process makes room with it, and nothing is open when it has been
      // deleted.
      Files.setLastModifiedTime(entry, FileTime.from(clock.instant()));
      return open(entry, opener);
    } catch (NoSuchFileException e) {
      return null; // deleted to make room, between the two looks
    } catch (BrokenMezzanine e) {
      LOG.warn("deleted {} because {}", entry, e.getMessage());
      room.discard(entry);
      return null;
    }
  }

  private Set<Path> make(Path entry, Maker maker) throws IOException {
    Making making = new Making(room, entry);
    try {
      making.place(maker.make(making));
      return making.entries();
    } finally {
      making.delete();
    }
  }

  private Path entry(String version, PrimitiveSource source) throws IOException {
    try {
      return root.resolve(version).resolve(source.sha256());
    } catch (NoSuchFileException e) {
      throw new SourceRejected(source.name(), "the file is not there");
    }
  }
}
