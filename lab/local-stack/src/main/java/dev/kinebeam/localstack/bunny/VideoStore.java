package dev.kinebeam.localstack.bunny;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The videos and their files: a folder per video. Its state is on disk before a change is visible
 * in an answer, so that a restart knows at least what was answered. Safe for use by many threads.
 */
final class VideoStore {
  private static final String STATE = "video.json";

  private final Path root;
  private final Map<String, HostedVideo> videos = new ConcurrentHashMap<>();

  private VideoStore(Path root) {
    this.root = root;
  }

  /**
   * Reads what is kept below this folder. Folders without state are left-overs of deletions, and
   * are deleted.
   */
  static VideoStore open(Path root) throws IOException {
    VideoStore store = new VideoStore(Files.createDirectories(root));
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        Path state = folder.resolve(STATE);
        if (Files.exists(state)) {
          HostedVideo video = JsonFiles.MAPPER.readValue(state.toFile(), HostedVideo.class);
          store.videos.put(video.guid(), video);
        } else {
          deleteTree(folder);
        }
      }
    }
    return store;
  }

  Optional<HostedVideo> find(String guid) {
    return Optional.ofNullable(videos.get(guid));
  }

  Collection<HostedVideo> all() {
    return List.copyOf(videos.values());
  }

  void add(HostedVideo video) {
    videos.compute(video.guid(), (guid, none) -> saved(video));
  }

  /** Changes the video and returns it as it is then; empty when it was deleted meanwhile. */
  Optional<HostedVideo> change(String guid, UnaryOperator<HostedVideo> change) {
    return Optional.ofNullable(
        videos.computeIfPresent(guid, (key, video) -> saved(change.apply(video))));
  }

  /** A change that may be forgotten by a crash, such as progress. */
  void note(String guid, UnaryOperator<HostedVideo> change) {
    videos.computeIfPresent(guid, (key, video) -> change.apply(video));
  }

  /** Forgets the video and removes its files; false when there is none. */
  boolean delete(String guid) throws IOException {
    HostedVideo gone = videos.remove(guid);
    if (gone == null) {
      return false;
    }
    // First the state: a folder without it is swept away at the next start.
    Files.deleteIfExists(folder(guid).resolve(STATE));
    deleteTree(folder(guid));
    return true;
  }

  Path folder(String guid) {
    return root.resolve(guid);
  }

  Path original(String guid) {
    return folder(guid).resolve("original");
  }

  Path hls(String guid) {
    return folder(guid).resolve("hls");
  }

  Path thumbnail(String guid) {
    return folder(guid).resolve("thumbnail.jpg");
  }

  private HostedVideo saved(HostedVideo video) {
    try {
      JsonFiles.write(folder(video.guid()).resolve(STATE), video);
      return video;
    } catch (IOException e) {
      throw new UncheckedIOException("the state of video " + video.guid() + " cannot be kept", e);
    }
  }

  static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
