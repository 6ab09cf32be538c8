package dev.kinebeam.catalog.removal;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A host in memory. */
final class TestHost implements VideoHost {
  /** Its videos by their ids, with their titles. */
  final Map<String, String> videos = new TreeMap<>();

  boolean unavailable;
  Runnable whenDeleting = () -> {};

  private void requireAvailable() throws VideoHostException {
    if (unavailable) {
      throw new VideoHostException.Unavailable("the host does not answer", Optional.empty());
    }
  }

  @Override
  public String name() {
    return "own";
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true, false, false, false, false);
  }

  @Override
  public String publish(Content content, String title, String collection, Journal journal) {
    throw new UnsupportedOperationException("removals publish nothing");
  }

  @Override
  public List<String> titled(String title, String collection) throws VideoHostException {
    requireAvailable();
    return videos.keySet().stream().filter(id -> videos.get(id).equals(title)).toList();
  }

  @Override
  public HostedStatus status(String hostedId) {
    throw new UnsupportedOperationException("removals ask for no status");
  }

  @Override
  public Playback playback(String hostedId) {
    throw new UnsupportedOperationException("removals play nothing");
  }

  @Override
  public void delete(String hostedId) throws VideoHostException {
    requireAvailable();
    whenDeleting.run();
    videos.remove(hostedId);
  }
}
