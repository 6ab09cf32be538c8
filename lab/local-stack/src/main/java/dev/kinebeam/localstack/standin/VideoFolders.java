package dev.kinebeam.localstack.standin;

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
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The videos of a host and their files: a folder per video. Its state is on disk before a change is
 * visible in an answer, so that a restart knows at least what was answered. Safe for use by many
 * threads.
 */
public final class VideoFolders<V> {
  private static final String STATE = "video.json";

  private final Path root;
  private final Function<V, String> id;
  private final Map<String, V> videos = new ConcurrentHashMap<>();

  private VideoFolders(Path root, Function<V, String> id) {
    this.root = root;
    this.id = id;
  }

  /**
   * Reads what is kept below this folder. Folders without state are left-overs of deletions, and
   * are deleted.
   */
  public static <V> VideoFolders<V> open(Path root, Class<V> type, Function<V, String> id)
      throws IOException {
    VideoFolders<V> store = new VideoFolders<>(Files.createDirectories(root), id);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
      for (Path folder : folders) {
        Path state = folder.resolve(STATE);
        if (Files.exists(state)) {
          V video = JsonFiles.MAPPER.readValue(state.toFile(), type);
          store.videos.put(id.apply(video), video);
        } else {
          deleteTree(folder);
        }
      }
    }
    return store;
  }

  public Optional<V> find(String key) {
    return Optional.ofNullable(videos.get(key));
  }

  public Collection<V> all() {
    return List.copyOf(videos.values());
  }

  public void add(V video) {
    videos.compute(id.apply(video), (key, none) -> saved(video));
  }

  /** Changes the video and returns it as it is then; empty when it was deleted meanwhile. */
  public Optional<V> change(String key, UnaryOperator<V> change) {
    return Optional.ofNullable(
        videos.computeIfPresent(key, (same, video) -> saved(change.apply(video))));
  }

  /** A change that may be forgotten by a crash, such as progress. */
  public void note(String key, UnaryOperator<V> change) {
    videos.computeIfPresent(key, (same, video) -> change.apply(video));
  }

  /** Forgets the video and removes its files; false when there is none. */
  public boolean delete(String key) throws IOException {
    V gone = videos.remove(key);
    if (gone == null) {
      return false;
    }
    // First the state: a folder without it is swept away at the next start.
    Files.deleteIfExists(folder(key).resolve(STATE));
    deleteTree(folder(key));
    return true;
  }

  public Path folder(String key) {
    return root.resolve(key);
  }

  public Path original(String key) {
    return folder(key).resolve("original");
  }

  public Path hls(String key) {
    return folder(key).resolve("hls");
  }

  public Path thumbnail(String key) {
    return folder(key).resolve("thumbnail.jpg");
  }

  private V saved(V video) {
    try {
      JsonFiles.write(folder(id.apply(video)).resolve(STATE), video);
      return video;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the state of video " + id.apply(video) + " cannot be kept", e);
    }
  }

  public static void deleteTree(Path folder) throws IOException {
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
