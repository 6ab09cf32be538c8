package dev.kinebeam.worker.rights;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.worker.personal.Leftovers;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What was recorded for a patient, as files of the patient's export.
 *
 * @param bucket of the originals
 */
record ExportedVideos(ObjectStore bucket) {
  private static final String FOLDER = "personal-videos";

  /**
   * Adds the originals that are there to a ZIP, one at a time by way of a file beside it.
   *
   * @return how many
   */
  int addTo(Path zip, List<Leftovers.Video> videos) throws IOException {
    int added = 0;
    Path original = zip.resolveSibling(zip.getFileName() + ".video");
    try (FileSystem files = FileSystems.newFileSystem(zip)) {
      Files.createDirectories(files.getPath(FOLDER));
      for (Leftovers.Video video : videos) {
        if (video.storageKey().isPresent() && downloaded(video.storageKey().get(), original)) {
          Files.copy(original, files.getPath(FOLDER, name(video)));
          added++;
        }
      }
    } finally {
      Files.deleteIfExists(original);
    }
    return added;
  }

  private static String name(Leftovers.Video video) {
    return video.id() + (video.contentType().equals("video/webm") ? ".webm" : ".mp4");
  }

  /** False where it was never uploaded, or was deleted after its grace. */
  private boolean downloaded(String key, Path to) throws IOException {
    try {
      bucket.download(key, to);
      return true;
    } catch (ObjectStoreException.Missing none) {
      return false;
    }
  }
}
