package dev.kinebeam.catalog.host;

import java.time.Duration;

/** A video as Bunny Stream's API describes it; of its many fields, those that we use. */
record BunnyVideo(
    String guid,
    String title,
    int status,
    int length,
    int width,
    int height,
    int encodeProgress,
    String collectionId) {

  /** {@code status} in the API; webhooks number differently. */
  private static final int CREATED = 0;

  private static final int FINISHED = 4;
  private static final int ERROR = 5;
  private static final int UPLOAD_FAILED = 6;
  private static final int JIT_PLAYLISTS_CREATED = 8;

  boolean awaitsUpload() {
    return status == CREATED;
  }

  boolean hasFailed() {
    return status == ERROR || status == UPLOAD_FAILED;
  }

  HostedStatus hostedStatus() {
    return switch (status) {
      case CREATED -> new HostedStatus.AwaitingUpload();
      case FINISHED, JIT_PLAYLISTS_CREATED ->
          new HostedStatus.Playable(Duration.ofSeconds(length), width, height);
      case ERROR -> new HostedStatus.Failed("Bunny Stream could not transcode it (status 5)");
      case UPLOAD_FAILED -> new HostedStatus.Failed("the upload broke off (status 6)");
      default -> new HostedStatus.Processing(encodeProgress);
    };
  }
}
