package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.lock.EntryLock;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.program.process.Parallel;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Composition.Mezzanine;
import dev.kinebeam.schemas.render.Composition.Part;
import dev.kinebeam.schemas.render.HostBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The mezzanines that compositions name, by their content: in a bucket, where they are kept as long
 * as a composition names them, and in a directory, which is a cache of it and may be that of a
 * {@link MezzanineCache}. What the directory lacks, or has with another content, is fetched.
 * Thread-safe.
 */
public final class PinnedMezzanines {
  /** Of objects that are known to be in the bucket; a few hundred bytes each. */
  private static final int MAX_KNOWN = 100_000;

  /** Far shorter than what is no longer named is kept. */
  private static final Duration KNOWN_FOR = Duration.ofHours(1);

  private static final String BYTES = "application/octet-stream";

  private final Path root;
  private final Optional<ObjectStore> bucket;
  private final CacheEviction room;
  private final Clock clock;
  private final Map<String, Instant> known = new ConcurrentHashMap<>();

  /**
   * Mezzanines of a bucket.
   *
   * @param root the directory
   * @param maxBytes how big it may grow
   * @param bucket stays the caller's to close
   */
  public PinnedMezzanines(Path root, long maxBytes, ObjectStore bucket, Clock clock) {
    this(root, maxBytes, Optional.of(bucket), clock);
  }

  private PinnedMezzanines(Path root, long maxBytes, Optional<ObjectStore> bucket, Clock clock) {
    this.root = root;
    this.bucket = bucket;
    this.room = new CacheEviction(root, maxBytes, clock);
    this.clock = clock;
  }

  /** Those of a directory alone: what it lacks is lost. */
  public static PinnedMezzanines of(Path root, long maxBytes, Clock clock) {
    return new PinnedMezzanines(root, maxBytes, Optional.empty(), clock);
  }

  /** Room for files that are made from these mezzanines; it counts towards the same bound. */
  public DerivedFiles derived(String version) {
    return new DerivedFiles(root.resolve(version), room, clock);
  }

  /**
   * A video of a composition.
   *
   * @throws LostMezzanine when it is nowhere
   */
  public VideoMezzanine video(Composition.Rung rung, Composition.Video video) throws IOException {
    byte[] sampleEntry = Base64.getDecoder().decode(rung.sampleEntry());
    return obtain(video.mezzanine(), entry -> VideoMezzanine.open(entry, sampleEntry));
  }

  /**
   * The sound of a mezzanine, of a voice-over or a wild track.
   *
   * @throws LostMezzanine when it is nowhere
   */
  public PcmClip sound(Mezzanine mezzanine) throws IOException {
    return obtain(mezzanine, entry -> PcmClip.open(entry.resolve(Composition.SOUND)));
  }

  private interface Opener<T> {
    T open(Path entry) throws IOException;
  }

  private <T> T obtain(Mezzanine mezzanine, Opener<T> opener) throws IOException {
    Path entry = root.resolve(mezzanine.entry());
    if (isHere(mezzanine, entry)) {
      try {
        return opener.open(entry);
      } catch (BrokenMezzanine | NoSuchFileException e) {
        // Broken, or deleted this moment to make room: fetched below.
        room.discard(entry);
      }
    }
    EntryLock lock =
        EntryLock.acquire(root.resolve("locks").resolve(entry.getFileName() + ".lock"));
    T opened;
    try {
      if (!isHere(mezzanine, entry)) {
        fetch(mezzanine, entry);
      }
      opened = opener.open(entry);
    } finally {
      lock.release();
    }
    room.keepWithinBounds();
    return opened;
  }

  /** Marks it as used, so that it is not deleted to make room before it is open. */
  private boolean isHere(Mezzanine mezzanine, Path entry) throws IOException {
    try {
      Files.setLastModifiedTime(entry, FileTime.from(clock.instant()));
      EntryIndex.check(entry);
      return EntryIndex.identity(mezzanine.name(), entry).parts().containsAll(mezzanine.parts());
    } catch (NoSuchFileException | BrokenMezzanine e) {
      return false;
    }
  }

  private void fetch(Mezzanine mezzanine, Path entry) throws IOException {
    ObjectStore store = bucket.orElseThrow(() -> new LostMezzanine(mezzanine));
    Path making = room.newMakingDirectory();
    try {
      for (Part part : mezzanine.parts()) {
        Path file = making.resolve(part.name());
        download(store, HostBucket.key(mezzanine, part), file);
        if (Files.size(file) != part.bytes() || !EntryIndex.sha256(file).equals(part.sha256())) {
          throw new BrokenMezzanine(HostBucket.key(mezzanine, part) + " is not what its name says");
        }
      }
      room.discard(entry);
      CacheEviction.place(making, entry);
    } catch (ObjectStoreException.Missing | BrokenMezzanine e) {
      LostMezzanine lost = new LostMezzanine(mezzanine);
      lost.initCause(e);
      throw lost;
    } finally {
      CacheEviction.deleteTree(making);
    }
  }

  /**
   * Also what was removed because no composition had named it, and one does now: it is back then.
   */
  private static void download(ObjectStore store, String key, Path file) throws IOException {
    try {
      store.download(key, file);
    } catch (ObjectStoreException.Missing e) {
      store.copy(HostBucket.REMOVED + key, key);
      store.download(key, file);
    }
  }

  /**
   * Returns when the bucket has every mezzanine of a composition; what it lacks is stored from the
   * directory.
   */
  public void requireStored(Composition composition) throws IOException {
    List<Callable<Boolean>> unknown = new ArrayList<>();
    for (Mezzanine mezzanine : composition.mezzanines()) {
      if (!mezzanine.parts().stream().allMatch(part -> isKnown(HostBucket.key(mezzanine, part)))) {
        unknown.add(() -> store(mezzanine));
      }
    }
    if (!unknown.isEmpty()) {
      Parallel.run(unknown, done -> {});
    }
  }

  private boolean isKnown(String key) {
    return known.getOrDefault(key, Instant.MIN).isAfter(clock.instant().minus(KNOWN_FOR));
  }

  /** Stores a mezzanine from the directory, unless the bucket has it; returns whether it had. */
  public boolean store(Mezzanine mezzanine) throws IOException {
    ObjectStore store = bucket.orElseThrow();
    boolean had = true;
    Path entry = root.resolve(mezzanine.entry());
    for (Part part : mezzanine.parts()) {
      String key = HostBucket.key(mezzanine, part);
      if (!store.exists(key)) {
        had = false;
        store.put(key, entry.resolve(part.name()), BYTES);
      }
      if (known.size() >= MAX_KNOWN) {
        known.clear();
      }
      known.put(key, clock.instant());
    }
    String index = HostBucket.key(mezzanine.entry(), EntryIndex.FILE);
    if (!had || !store.exists(index)) {
      // For machines that look for it by its source.
      store.put(index, Files.readAllBytes(entry.resolve(EntryIndex.FILE)), "application/json");
    }
    return had;
  }
}
