package dev.kinebeam.render.testing;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A host in memory: a video is playable at the second look, as soon as its file has come. */
public final class FakeVideoHost implements VideoHost {
  private record Video(String title, String collection, long bytes) {}

  private final Map<String, Video> videos = new ConcurrentHashMap<>();
  private final Map<String, Integer> looks = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger uploads = new AtomicInteger();
  private volatile String refusal;
  private volatile Optional<String> faultAt = Optional.empty();

  /** From now on no video becomes playable, for that reason; null ends this. */
  public void failWith(String reason) {
    refusal = reason;
  }

  /** From now on the upload of a title that begins so ends in a fault of the program. */
  public void faultAt(String title) {
    faultAt = Optional.of(title);
  }

  /** Puts a video here that nobody has uploaded through us. */
  public void put(String id) {
    videos.put(id, new Video(id, "", 1));
  }

  /** Calls this at every upload from now on. */
  public void onUpload(Runnable listener) {
    onUpload = listener;
  }

  /** How many files have come, deleted ones included. */
  public int uploads() {
    return uploads.get();
  }

  public boolean has(String id) {
    return videos.containsKey(id);
  }

  public int count() {
    return videos.size();
  }

  public long bytes(String id) {
    return videos.get(id).bytes();
  }

  private volatile Runnable onUpload = () -> {};

  @Override
  public synchronized String publish(Path file, String title, String collection) {
    if (faultAt.map(title::startsWith).orElse(false)) {
      throw new IllegalStateException("a fault at " + title);
    }
    Optional<String> known = find(title, collection);
    if (known.isPresent()) {
      return known.get();
    }
    String id = "video-" + ids.incrementAndGet();
    uploads.incrementAndGet();
    onUpload.run();
    try {
      videos.put(id, new Video(title, collection, Files.size(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return id;
  }

  @Override
  public Optional<String> find(String title, String collection) {
    return videos.entrySet().stream()
        .filter(entry -> entry.getValue().title().equals(title))
        .filter(entry -> entry.getValue().collection().equals(collection))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public HostedStatus status(String id) {
    if (refusal != null) {
      return new HostedStatus.Failed(refusal);
    }
    if (!videos.containsKey(id)) {
      return new HostedStatus.Gone();
    }
    return looks.merge(id, 1, Integer::sum) < 2
        ? new HostedStatus.Processing(50)
        : new HostedStatus.Playable(Duration.ofSeconds(1), 384, 216);
  }

  @Override
  public Playback playback(String id) {
    URI folder = URI.create("http://localhost/" + id + "/");
    return new Playback(
        folder.resolve("playlist.m3u8"), folder.resolve("thumbnail.jpg"), Optional.empty());
  }

  @Override
  public void delete(String id) {
    videos.remove(id);
  }
}
