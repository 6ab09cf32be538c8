package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A host in memory, whose videos are as far as a test says. */
final class SmallHost implements VideoHost {
  static final String NAME = "small";

  /** By their ids. */
  final Map<String, HostedStatus> videos = new ConcurrentHashMap<>();

  /** By their titles. */
  final Map<String, String> ids = new ConcurrentHashMap<>();

  final List<Content> published = new ArrayList<>();
  final AtomicInteger asked = new AtomicInteger();
  final boolean byAddress;

  /** What a new video is like. */
  volatile HostedStatus fresh = new HostedStatus.Processing(0, Optional.empty());

  /** Ids for which a file was sent and no video made. */
  final Set<String> sent = ConcurrentHashMap.newKeySet();

  /** Whether nothing is made of what is sent. */
  volatile boolean breaksOff;

  volatile boolean down;
  volatile boolean losesAnswers;
  volatile Runnable afterPublish = () -> {};

  SmallHost(boolean byAddress) {
    this.byAddress = byAddress;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(false, byAddress, true, false, false);
  }

  private void requireUp() throws VideoHostException {
    if (down) {
      throw new VideoHostException.Unavailable("the host is down", Optional.empty());
    }
  }

  @Override
  public synchronized String publish(
      Content content, String title, String collection, Journal journal) throws VideoHostException {
    requireUp();
    if (content instanceof Content.OfFile file) {
      try {
        Files.readAllBytes(file.file());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    published.add(content);
    String id = ids.computeIfAbsent(title, unused -> "hosted-" + (ids.size() + 1));
    if (breaksOff) {
      sent.add(id);
      throw new VideoHostException.Unavailable("broken off", Optional.empty());
    }
    videos.putIfAbsent(id, fresh);
    if (losesAnswers) {
      throw new VideoHostException.Unavailable("the answer was lost", Optional.empty());
    }
    afterPublish.run();
    return id;
  }

  void all(HostedStatus status) {
    videos.replaceAll((id, before) -> status);
  }

  @Override
  public List<String> titled(String title, String collection) throws VideoHostException {
    requireUp();
    return Optional.ofNullable(ids.get(title)).filter(videos::containsKey).stream().toList();
  }

  @Override
  public List<String> unfinished(String title, String collection) {
    return Optional.ofNullable(ids.get(title)).stream().toList();
  }

  @Override
  public HostedStatus status(String hostedId) throws VideoHostException {
    asked.incrementAndGet();
    requireUp();
    return videos.getOrDefault(hostedId, new HostedStatus.Gone());
  }

  @Override
  public Playback playback(String hostedId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(String hostedId) throws VideoHostException {
    requireUp();
    videos.remove(hostedId);
    sent.remove(hostedId);
    if (losesAnswers) {
      throw new VideoHostException.Unavailable("the answer was lost", Optional.empty());
    }
  }
}
