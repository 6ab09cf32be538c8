package dev.kinebeam.render.mezzanine;

import dev.kinebeam.render.bundle.PrimitiveSource;
import dev.kinebeam.render.lock.EntryLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mezzanines in a directory, named by the SHA-256 of their source and the version of the profile:
 * the same primitive is normalised once, however often it is asked for and under whatever name, by
 * any number of threads and processes that share the directory.
 *
 * <p>An entry is made beside its place and moved there whole, so a crash leaves no half entry. An
 * entry that fails its check is made again once; if the new one fails too, that is an error. Beyond
 * {@code maxBytes} the entries unused for longest are deleted. Thread-safe.
 */
public final class MezzanineCache {
  private static final Logger LOG = LoggerFactory.getLogger(MezzanineCache.class);
  private static final String VOICE_VERSION = "voice-v1";

  /** Beside an entry's files: the processor time that it took, in milliseconds. */
  private static final String COST_FILE = "cpu-millis";

  private final Path root;
  private final Profile profile;
  private final Normalizer normalizer;
  private final CacheRoom room;
  private final Clock clock;

  public MezzanineCache(
      Path root, Profile profile, long maxBytes, Normalizer normalizer, Clock clock) {
    this.root = root;
    this.profile = profile;
    this.normalizer = normalizer;
    this.clock = clock;
    this.room = new CacheRoom(root, maxBytes, clock);
  }

  /** What all mezzanines in here look like. */
  public Profile profile() {
    return profile;
  }

  /**
   * The mezzanine of a video primitive, made now if need be.
   *
   * @param framesDone is told the frames made so far; never called when the entry is there
   * @throws SourceRejected when the source cannot be used
   */
  public VideoMezzanine video(PrimitiveSource source, LongConsumer framesDone) throws IOException {
    return video(source, framesDone, CostListener.NONE);
  }

  /** The same, telling what it cost. */
  public VideoMezzanine video(PrimitiveSource source, LongConsumer framesDone, CostListener costs)
      throws IOException {
    Path entry = entry(profile.version(), source);
    return obtain(
        entry,
        () -> VideoMezzanine.open(entry, profile.format()),
        made -> normalizer.video(source.name(), source.file(), made, profile.format(), framesDone),
        costs);
  }

  /**
   * The sound of a voice-over, made now if need be.
   *
   * @throws SourceRejected when the source cannot be used
   */
  public PcmClip voice(PrimitiveSource source) throws IOException {
    return voice(source, CostListener.NONE);
  }

  /** The same, telling what it cost. */
  public PcmClip voice(PrimitiveSource source, CostListener costs) throws IOException {
    Path entry = entry(VOICE_VERSION, source);
    return obtain(
        entry,
        () -> PcmClip.open(entry.resolve(VideoMezzanine.AUDIO_FILE)),
        made -> normalizer.voice(source.name(), source.file(), made),
        costs);
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
    Duration make(Path directory) throws IOException;
  }

  private <T> T obtain(Path entry, Opener<T> opener, Maker maker, CostListener costs)
      throws IOException {
    T found = openIfPresent(entry, opener);
    if (found != null) {
      costs.cost(cost(entry), false);
      return found;
    }
    Path lockFile = root.resolve("locks").resolve(entry.getFileName() + ".lock");
    EntryLock lock = EntryLock.acquire(lockFile);
    try {
      T madeMeanwhile = openIfPresent(entry, opener);
      if (madeMeanwhile != null) {
        costs.cost(cost(entry), false);
        return madeMeanwhile;
      }
      T made = make(entry, opener, maker);
      costs.cost(cost(entry), true);
      return made;
    } finally {
      lock.release();
      room.keepWithinBounds();
    }
  }

  private <T> T make(Path entry, Opener<T> opener, Maker maker) throws IOException {
    make(entry, maker);
    try {
      return opener.open();
    } catch (BrokenMezzanine e) {
      LOG.warn("made {} anew, because {}", entry, e.getMessage());
      room.discard(entry);
      make(entry, maker);
      return opener.open();
    }
  }

  /** Null when there is no entry, or only a broken one (which is then gone). */
  private <T> T openIfPresent(Path entry, Opener<T> opener) throws IOException {
    if (!Files.isDirectory(entry)) {
      return null;
    }
    try {
      // First, so that no other process makes room with it, and nothing is open when it has gone.
      Files.setLastModifiedTime(entry, FileTime.from(clock.instant()));
      return opener.open();
    } catch (NoSuchFileException e) {
      return null; // deleted to make room, between the two looks
    } catch (BrokenMezzanine e) {
      LOG.warn("threw {} away, because {}", entry, e.getMessage());
      room.discard(entry);
      return null;
    }
  }

  private void make(Path entry, Maker maker) throws IOException {
    Path making = room.makingDirectory().resolve(UUID.randomUUID().toString());
    Files.createDirectories(making);
    try {
      Duration cpu = maker.make(making);
      Files.writeString(making.resolve(COST_FILE), Long.toString(cpu.toMillis()));
      force(making);
      Files.createDirectories(entry.getParent());
      CacheRoom.moveWhole(making, entry);
    } finally {
      CacheRoom.deleteTree(making);
    }
  }

  /** The bytes before the name: else a machine that loses power may keep a whole entry of none. */
  private static void force(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(directory)) {
      files = list.toList();
    }
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  /**
   * Zero for entries of older versions, and for one that has just been deleted to make room. It
   * never fails, since it is read while a mezzanine is open that somebody must close.
   */
  private static Duration cost(Path entry) {
    Path file = entry.resolve(COST_FILE);
    try {
      return Duration.ofMillis(Long.parseLong(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return Duration.ZERO;
    } catch (IOException | NumberFormatException e) {
      LOG.warn("what {} took counts as nothing, because {} cannot be read", entry, file, e);
      return Duration.ZERO;
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
