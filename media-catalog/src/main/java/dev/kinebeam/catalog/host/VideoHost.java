package dev.kinebeam.catalog.host;

import dev.kinebeam.schemas.render.Composition;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * A service that takes videos and serves them to players. Implementations are safe for use by many
 * threads, retry transient failures themselves, and fail with a {@link VideoHostException} that
 * says whether asking again can help.
 */
public interface VideoHost {
  /** Is called by {@link #publish} before the file is sent, so that the video can be noted. */
  interface Journal {
    /** The host is about to be asked to create the video; may be called again. */
    void creating();

    /** The video is at the host under this id, and its file may be sent next. */
    void created(String hostedId);

    /** Notes nothing. */
    Journal NONE =
        new Journal() {
          @Override
          public void creating() {}

          @Override
          public void created(String hostedId) {}
        };
  }

  /** What a video is made of. */
  sealed interface Content {
    /** A whole video file of this machine. */
    record OfFile(Path file) implements Content {}

    /** Mezzanines that the host reaches; for hosts that can {@link Capabilities#compositions}. */
    record Composed(Composition composition) implements Content {}

    /**
     * A whole video file that the host fetches; for hosts that can {@link
     * Capabilities#copiesFromUrl}. The address must stay valid until the video is no longer {@link
     * HostedStatus.AwaitingUpload}.
     */
    record FromUrl(URI address) implements Content {}
  }

  /**
   * What a host can, beside taking files.
   *
   * @param compositions whether it takes compositions
   * @param copiesFromUrl whether it takes {@link Content.FromUrl}
   * @param webhooks whether it reports by itself when a video can be played
   * @param thumbnails whether it has a still picture of each video
   * @param drm whether it can encrypt for a licence server
   */
  record Capabilities(
      boolean compositions,
      boolean copiesFromUrl,
      boolean webhooks,
      boolean thumbnails,
      boolean drm) {}

  /** What rows and settings call it: {@code own}, {@code bunny}, {@code cloudflare}. */
  String name();

  Capabilities capabilities();

  /**
   * Hands the content over under this title, unless a video of this title is there already: called
   * again after a crash, at whatever point, it leaves one video and returns the same id. A video
   * whose processing had failed is replaced. Two calls for one title at the same time are not
   * guarded against each other.
   *
   * @param content of a kind that the host takes
   * @param title unique within the collection; the render id for renders
   * @param collection a name that groups videos; made when it is not there
   * @param journal what it throws ends the call, before the content is sent
   * @return the host's id for the video, which may not be playable yet: see {@link #status}
   */
  String publish(Content content, String title, String collection, Journal journal)
      throws VideoHostException;

  /**
   * The ids of every video with exactly this title in a collection of this name, however far it is.
   */
  List<String> titled(String title, String collection) throws VideoHostException;

  /**
   * The ids under which {@link #publish} may have left a file that no video has, since it was
   * broken off before the video was made: {@link #delete} removes the file. Makes no request.
   */
  default List<String> unfinished(String title, String collection) {
    return List.of();
  }

  /** How far the video is. */
  HostedStatus status(String hostedId) throws VideoHostException;

  /**
   * Where players fetch the video; signed for one hour when the host has a signing key. Makes no
   * request.
   */
  Playback playback(String hostedId);

  /** Removes the video, and what was sent for it; there may be none. */
  void delete(String hostedId) throws VideoHostException;
}
