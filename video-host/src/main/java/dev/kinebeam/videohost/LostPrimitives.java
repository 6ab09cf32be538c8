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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes mezzanines that the bucket has lost again, from the primitives in the assets bucket. */
final class LostPrimitives {
  private static final Logger LOG = LoggerFactory.getLogger(LostPrimitives.class);

  /** A mezzanine is lost for good; the message names its primitive and the reason. */
  static final class LostException extends IOException {
    private static final long serialVersionUID = 1L;

    LostException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Optional<ObjectStore> assets;
  private final Remaking remaking;
  private final PinnedMezzanines mezzanines;
  private final Path scratch;

  LostPrimitives(
      Optional<ObjectStore> assets, Remaking remaking, PinnedMezzanines mezzanines, Path scratch) {
    this.assets = assets;
    this.remaking = remaking;
    this.mezzanines = mezzanines;
    this.scratch = scratch;
  }

  /**
   * Returns when the mezzanine is there again, in the bucket too.
   *
   * @throws LostException when its source is missing or has changed
   */
  void make(String exercise, Composition.Mezzanine lost) throws IOException {
    ObjectStore bucket =
        assets.orElseThrow(
            () ->
                new LostException(
                    lost.name() + " is lost; set S3_ASSETS_BUCKET to have it made again", null));
    Path folder = Files.createTempDirectory(Files.createDirectories(scratch), "lost-");
    Path file = folder.resolve("primitive");
    try {
      LOG.warn("{} of {} is lost and is made again", lost.name(), exercise);
      bucket.download(exercise + "/" + lost.name(), file);
      remaking.make(lost, new LocalPrimitive(lost.name(), file));
      mezzanines.store(lost);
    } catch (ObjectStoreException.Missing e) {
      throw new LostException(lost.name() + " is lost, and so is its source", e);
    } catch (ObjectStoreException e) {
      throw e;
    } catch (IOException e) {
      throw new LostException(e.getMessage(), e);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }
}
