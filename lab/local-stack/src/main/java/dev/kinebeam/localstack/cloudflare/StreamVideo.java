package dev.kinebeam.localstack.cloudflare;

import dev.kinebeam.localstack.standin.Picture;
import java.util.Map;

/**
 * What the stand-in knows of one video; kept as a file beside it.
 *
 * @param uid its id
 * @param source how it came, and whose it is
 * @param createdMs epoch milliseconds
 * @param readyMs since when it can be played, in epoch milliseconds; 0 until then
 * @param state how far it is
 * @param percent of the packaging done
 * @param bytes of the file that have arrived
 * @param picture what was found in the file; zeros until it was read
 * @param failure why it failed; blank otherwise
 */
record StreamVideo(
    String uid,
    Source source,
    long createdMs,
    long readyMs,
    State state,
    int percent,
    long bytes,
    Picture picture,
    Failure failure) {

  /**
   * What whoever made the video said of it.
   *
   * @param meta as given, with the key {@code name} for its title
   * @param creator empty where none was given
   * @param signed whether only tokens play it
   * @param address where it is fetched from; empty for uploads
   * @param length of an upload, in bytes
   */
  record Source(
      Map<String, String> meta, String creator, boolean signed, String address, long length) {}

  /** {@code errorReasonCode} and {@code errorReasonText}. */
  record Failure(String code, String text) {
    static final Failure NONE = new Failure("", "");
  }

  static StreamVideo announced(String uid, Source source, long nowMs) {
    State state = source.address().isEmpty() ? State.PENDINGUPLOAD : State.DOWNLOADING;
    return new StreamVideo(uid, source, nowMs, 0, state, 0, 0, Picture.UNKNOWN, Failure.NONE);
  }

  StreamVideo received(long total) {
    return new StreamVideo(uid, source, createdMs, readyMs, state, 0, total, picture, failure);
  }

  StreamVideo queued() {
    return with(0, State.QUEUED, 0, picture, Failure.NONE);
  }

  StreamVideo inProgress(Picture found) {
    return with(0, State.INPROGRESS, 0, found, Failure.NONE);
  }

  StreamVideo at(int percentDone) {
    return with(readyMs, state, percentDone, picture, failure);
  }

  StreamVideo ready(long nowMs) {
    return with(nowMs, State.READY, 100, picture, Failure.NONE);
  }

  StreamVideo failed(Failure why) {
    return with(0, State.ERROR, percent, picture, why);
  }

  String name() {
    return source.meta().getOrDefault("name", "");
  }

  private StreamVideo with(
      long newReadyMs, State newState, int newPercent, Picture newPicture, Failure why) {
    return new StreamVideo(
        uid, source, createdMs, newReadyMs, newState, newPercent, bytes, newPicture, why);
  }
}
