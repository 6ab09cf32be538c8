package dev.kinebeam.render.testing;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.composer.libav.VideoProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A host in memory: a video is playable at the second look, as soon as its file has come. */
public final class FakeVideoHost implements VideoHost {
  private record Video(String title, String collection, long bytes, double seconds) {}

  private final Map<String, Video> videos = new ConcurrentHashMap<>();
  private final Map<String, Integer> looks = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger uploads = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile Runnable onUpload = () -> {};
  private volatile String refusal;
  private volatile boolean endless;
  private volatile boolean away;
  private volatile boolean statusHidden;
  private volatile double factor = 1;
  private volatile Optional<String> faultAt = Optional.empty();

  /** From now on no video becomes playable, for that reason; null ends this. */
  public void failWith(String reason) {
    refusal = reason;
  }

  /** The next uploads are confirmed, and their files are not there. */
  public void loseUploads(int count) {
    lost.set(count);
  }

  /** From now on no video is ever done. */
  public void neverFinish(boolean never) {
    endless = never;
  }

  /** From now on videos are said to be so many times as long as they are. */
  public void lieAboutLength(double times) {
    factor = times;
  }

  /** From now on the host does not answer. */
  public void goAway(boolean gone) {
    away = gone;
  }

  /** From now on the host has no word of its videos. */
  public void hideStatus(boolean hidden) {
    statusHidden = hidden;
  }

  /** From now on the upload of a title that begins so ends in a fault of the program. */
  public void faultAt(String title) {
    faultAt = Optional.of(title);
  }

  /** Puts a video here that was not uploaded through this class. */
  public void put(String id) {
    videos.put(id, new Video(id, "", 1, 1));
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

  /** As a worker does that dies right after. */
  public String publish(Path file, String title, String collection) {
    return publish(new Content.OfFile(file), title, collection, Journal.NONE);
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, false, false, false, false);
  }

  @Override
  public synchronized String publish(
      Content content, String title, String collection, Journal journal) {
    Path file = ((Content.OfFile) content).file();
    if (faultAt.map(title::startsWith).orElse(false)) {
      throw new IllegalStateException("a fault at " + title);
    }
    String id =
        titled(title, collection).stream()
            .findFirst()
            .orElseGet(
                () -> {
                  journal.creating();
                  return "video-" + ids.incrementAndGet();
                });
    videos.putIfAbsent(id, new Video(title, collection, -1, 0));
    journal.created(id);
    if (videos.get(id).bytes() < 0) {
      upload(id, file);
    }
    return id;
  }

  private void upload(String id, Path file) {
    uploads.incrementAndGet();
    onUpload.run();
    if (lost.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return;
    }
    Video video = videos.get(id);
    try {
      double seconds = file.toString().endsWith(".json") ? 1 : VideoProbe.of(file).seconds();
      videos.put(id, new Video(video.title(), video.collection(), Files.size(file), seconds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> titled(String title, String collection) {
    return videos.entrySet().stream()
        .filter(entry -> entry.getValue().title().equals(title))
        .filter(entry -> entry.getValue().collection().equals(collection))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public HostedStatus status(String id) throws VideoHostException.Unavailable {
    if (statusHidden) {
      throw new VideoHostException.Unavailable("the host is unavailable", Optional.empty());
    }
    if (refusal != null) {
      return new HostedStatus.Failed(refusal, HostedStatus.Remedy.NONE);
    }
    if (!videos.containsKey(id)) {
      return new HostedStatus.Gone();
    }
    if (videos.get(id).bytes() < 0) {
      return new HostedStatus.AwaitingUpload();
    }
    return endless || looks.merge(id, 1, Integer::sum) < 2
        ? new HostedStatus.Processing(50, Optional.empty())
        : new HostedStatus.Playable(
            Duration.ofSeconds(Math.round(factor * videos.get(id).seconds())), 384, 216);
  }

  @Override
  public Playback playback(String id) {
    URI folder = URI.create("http://localhost/" + id + "/");
    return new Playback(folder.resolve("playlist.m3u8"), Optional.empty(), Optional.empty());
  }

  @Override
  public void delete(String id) throws VideoHostException.Unavailable {
    if (away) {
      throw new VideoHostException.Unavailable("the host is unavailable", Optional.empty());
    }
    videos.remove(id);
  }
}
