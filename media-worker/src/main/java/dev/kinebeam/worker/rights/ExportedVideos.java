package dev.kinebeam.worker.rights;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.worker.personal.Leftovers;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was recorded for a patient, as files of the patient's export.
 *
 * @param bucket of the originals
 */
record ExportedVideos(ObjectStore bucket) {
  private static final String FOLDER = "personal-videos";

  /**
   * What was done.
   *
   * @param files how many were added
   * @param changed the videos under whose keys another object is than was completed: an address to
   *     upload to works on for the rest of its hour
   */
  record Added(int files, List<Long> changed) {
    static final Added NOTHING = new Added(0, List.of());

    Added {
      changed = List.copyOf(changed);
    }
  }

  private enum Download {
    DONE,
    MISSING,
    CHANGED
  }

  /**
   * Adds the originals that are there, as they were completed, to a ZIP, one at a time by way of a
   * file beside it.
   */
  Added addTo(Path zip, List<Leftovers.Video> videos) throws IOException {
    int added = 0;
    List<Long> changed = new ArrayList<>();
    Path original = zip.resolveSibling(zip.getFileName() + ".video");
    try (FileSystem files = FileSystems.newFileSystem(zip)) {
      Files.createDirectories(files.getPath(FOLDER));
      for (Leftovers.Video video : videos) {
        switch (downloaded(video, original)) {
          case DONE -> {
            Files.copy(original, files.getPath(FOLDER, name(video)));
            added++;
          }
          case CHANGED -> changed.add(video.id());
          case MISSING -> {}
        }
      }
    } finally {
      Files.deleteIfExists(original);
    }
    return new Added(added, changed);
  }

  private static String name(Leftovers.Video video) {
    return video.id() + (video.contentType().equals("video/webm") ? ".webm" : ".mp4");
  }

  /** Missing where it was never uploaded, or was deleted after its grace. */
  private Download downloaded(Leftovers.Video video, Path to) throws IOException {
    if (video.storageKey().isEmpty()) {
      return Download.MISSING;
    }
    String key = video.storageKey().get();
    try {
      if (video.etag().isPresent()) {
        return bucket.downloadVersion(key, video.etag().get(), to)
            ? Download.DONE
            : Download.CHANGED;
      }
      bucket.download(key, to);
      return Download.DONE;
    } catch (ObjectStoreException.Missing none) {
      return Download.MISSING;
    }
  }
}
