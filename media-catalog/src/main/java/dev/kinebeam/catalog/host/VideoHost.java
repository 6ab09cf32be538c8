package dev.kinebeam.catalog.host;

import java.nio.file.Path;
import java.util.List;

/**
 * A service that takes a video file and serves it to players. Implementations are safe for use by
 * many threads, retry transient failures themselves, and fail with a {@link VideoHostException}
 * that says whether asking again can help.
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

  /**
   * Hands the file over under this title, unless a video of this title is there already: called
   * again after a crash, at whatever point, it leaves one video and returns the same id. A video
   * whose processing had failed is replaced. Two calls for one title at the same time are not
   * guarded against each other.
   *
   * @param file a whole video file
   * @param title unique within the collection; the render id for renders
   * @param collection a name that groups videos; made when it is not there
   * @param journal what it throws ends the call, before the file is sent
   * @return the host's id for the video, which may not be playable yet: see {@link #status}
   */
  String publish(Path file, String title, String collection, Journal journal)
      throws VideoHostException;

  /**
   * The ids of every video with exactly this title in a collection of this name, however far it is.
   */
  List<String> titled(String title, String collection) throws VideoHostException;

  /** How far the video is. */
  HostedStatus status(String hostedId) throws VideoHostException;

  /**
   * Where players fetch the video; signed for one hour when the host has a signing key. Makes no
   * request.
   */
  Playback playback(String hostedId);

  /** Removes the video; there may be none. */
  void delete(String hostedId) throws VideoHostException;
}
