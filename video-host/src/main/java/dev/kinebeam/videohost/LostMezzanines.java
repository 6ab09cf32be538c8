package dev.kinebeam.videohost;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Remaking;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.schemas.render.Composition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes mezzanines that the bucket has lost again: those of a composition from the primitives in
 * the assets bucket, that of an upload from the uploaded file.
 */
final class LostMezzanines {
  private static final Logger LOG = LoggerFactory.getLogger(LostMezzanines.class);

  /** A mezzanine is lost for good; the message names its source and the reason. */
  static final class LostException extends IOException {
    private static final long serialVersionUID = 1L;

    LostException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Where sources are.
   *
   * @param assets of the primitives; may be empty
   * @param uploads of the uploaded files
   * @param videos say which file a video was uploaded as
   */
  record Sources(Optional<ObjectStore> assets, ObjectStore uploads, VideoRecords videos) {
    private Source of(UUID video, Composition composition, Composition.Mezzanine lost)
        throws IOException {
      Optional<StoredVideo> uploaded =
          videos.read(video).map(VideoRecords.Entry::video).filter(known -> known.upload() != null);
      if (uploaded.isPresent()) {
        return new Source(uploads, uploaded.get().upload(), uploaded.get().title() + ": ");
      }
      ObjectStore bucket =
          assets.orElseThrow(
              () ->
                  new LostException(
                      lost.name() + " is lost; set S3_ASSETS_BUCKET to have it made again", null));
      return new Source(bucket, composition.exercise() + "/" + lost.name(), "");
    }
  }

  /**
   * An object that a mezzanine was made of.
   *
   * @param named precedes messages, where the name of the mezzanine says too little
   */
  private record Source(ObjectStore bucket, String key, String named) {}

  private final Sources sources;
  private final Remaking remaking;
  private final PinnedMezzanines mezzanines;
  private final Path scratch;

  LostMezzanines(Sources sources, Remaking remaking, PinnedMezzanines mezzanines, Path scratch) {
    this.sources = sources;
    this.remaking = remaking;
    this.mezzanines = mezzanines;
    this.scratch = scratch;
  }

  /**
   * Returns when the mezzanine is there again, in the bucket too.
   *
   * @throws LostException when its source is missing or has changed
   */
  void make(UUID video, Composition composition, Composition.Mezzanine lost) throws IOException {
    Source source = sources.of(video, composition, lost);
    Path folder = Files.createTempDirectory(Files.createDirectories(scratch), "lost-");
    Path file = folder.resolve("source");
    try {
      LOG.warn("{} of {} is lost and is made again from {}", lost.name(), video, source.key());
      source.bucket().download(source.key(), file);
      remaking.make(composition, lost, new LocalPrimitive(lost.name(), file));
      mezzanines.store(lost);
    } catch (ObjectStoreException.Missing e) {
      throw new LostException(source.named() + lost.name() + " is lost, and so is its source", e);
    } catch (ObjectStoreException e) {
      throw e;
    } catch (IOException e) {
      throw new LostException(source.named() + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }
}
