package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.schemas.render.HostBucket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mezzanines in a bucket: {@code mezzanines/VERSION/SHA256_OF_SOURCE/FILE.SHA256_OF_FILE} and,
 * written last, {@code …/index.json}, which names those files. Two machines that store one entry at
 * once do no harm, since no object is ever replaced by one of other content but the index. A
 * download counts once every file has the length and the hash that the index says.
 *
 * <p>When the store fails it is left alone for a minute, so that a batch of hundreds of primitives
 * does not wait for it at each.
 */
public final class MezzanineBucket implements SharedMezzanines {
  private static final Logger LOG = LoggerFactory.getLogger(MezzanineBucket.class);
  private static final Duration LEFT_ALONE = Duration.ofMinutes(1);
  private static final String BYTES = "application/octet-stream";
  private static final List<String> DISK_WORDS =
      List.of("No space left on device", "Disk quota exceeded", "Read-only file system");

  private final ObjectStore bucket;
  private final Clock clock;
  private final LongAdder fetched = new LongAdder();
  private final LongAdder missing = new LongAdder();
  private final LongAdder kept = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile Instant askedAgainAt = Instant.MIN;

  /** The bucket stays the caller's to close. */
  public MezzanineBucket(ObjectStore bucket, Clock clock) {
    this.bucket = bucket;
    this.clock = clock;
  }

  @Override
  public boolean fetch(String name, Path directory) throws IOException {
    if (isLeftAlone()) {
      return false;
    }
    long bytes = 0;
    try {
      EntryIndex index = EntryIndex.parse(bucket.read(HostBucket.key(name, EntryIndex.FILE)));
      bytes = index.parts().stream().mapToLong(EntryIndex.Part::bytes).sum();
      for (EntryIndex.Part part : index.parts()) {
        download(name, part, directory.resolve(part.name()));
      }
      fetched.increment();
      return true;
    } catch (ObjectStoreException.Missing e) {
      missing.increment();
      empty(directory);
      return false;
    } catch (BrokenMezzanine e) {
      // Made again here, and then stored over it.
      note("holds a broken " + name, e);
      empty(directory);
      return false;
    } catch (IOException e) {
      Optional<IOException> ofDisk = ofDisk(e, directory);
      if (ofDisk.isPresent()) {
        refuseCancelled(e);
        throw CacheEviction.notWritten(name, directory, ofDisk.get().toString(), bytes);
      }
      leaveAlone("was asked in vain for " + name, e);
      empty(directory);
      return false;
    }
  }

  private void download(String name, EntryIndex.Part part, Path file) throws IOException {
    bucket.download(partKey(name, part), file);
    if (Files.size(file) != part.bytes() || !EntryIndex.sha256(file).equals(part.sha256())) {
      throw new BrokenMezzanine(partKey(name, part) + " is not what its index says");
    }
  }

  @Override
  public void keep(String name, Path directory) throws InterruptedIOException {
    if (isLeftAlone()) {
      return;
    }
    try {
      EntryIndex index = EntryIndex.parse(Files.readAllBytes(directory.resolve(EntryIndex.FILE)));
      for (EntryIndex.Part part : index.parts()) {
        bucket.put(partKey(name, part), directory.resolve(part.name()), BYTES);
      }
      bucket.put(HostBucket.key(name, EntryIndex.FILE), index.json(), "application/json");
      kept.increment();
    } catch (ObjectStoreException e) {
      leaveAlone("does not take " + name, e);
    } catch (IOException | UncheckedIOException e) {
      refuseCancelled(e);
      // It may have been deleted to make room. Whoever asked for it has it open.
      LOG.warn("{} is not shared, since {} cannot be read", name, directory, e);
    }
  }

  @Override
  public Counts counts() {
    return new Counts(fetched.sum(), missing.sum(), kept.sum(), failures.sum());
  }

  private boolean isLeftAlone() {
    return clock.instant().isBefore(askedAgainAt);
  }

  /** The fault of this machine's disk, which the store's client may have wrapped as its own. */
  private static Optional<IOException> ofDisk(IOException e, Path directory) {
    if (!(e instanceof ObjectStoreException)) {
      return Optional.of(e);
    }
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      // Not when it is about a file of the client's own, of credentials for example.
      if (cause instanceof FileSystemException named
          && named.getFile() != null
          && Path.of(named.getFile()).toAbsolutePath().startsWith(directory.toAbsolutePath())) {
        return Optional.of(named);
      }
      // While it writes, Java names no file and has no type for it; these are the system's words.
      if (cause instanceof IOException written
          && written.getMessage() != null
          && DISK_WORDS.stream().anyMatch(written.getMessage()::contains)) {
        return Optional.of(written);
      }
    }
    return Optional.empty();
  }

  private static void refuseCancelled(Exception e) throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      InterruptedIOException cancelled = new InterruptedIOException("cancelled while sharing");
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  private void leaveAlone(String what, IOException e) throws InterruptedIOException {
    refuseCancelled(e);
    askedAgainAt = clock.instant().plus(LEFT_ALONE);
    note(what, e);
  }

  private void note(String what, IOException e) {
    failures.increment();
    LOG.warn(
        "the bucket {} of shared mezzanines {}; rendering continues without: {}",
        bucket.bucket(),
        what,
        e.getMessage());
  }

  private static void empty(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        CacheEviction.deleteTree(file);
      }
    } catch (IOException e) {
      // The folder is one in the making, which is deleted as a whole in any case; what is made into
      // it
      // now replaces these files.
      LOG.warn("leftovers of a download stay in {} for now", directory, e);
    }
  }

  private static String partKey(String name, EntryIndex.Part part) {
    return HostBucket.partKey(name, part.name(), part.sha256());
  }
}
