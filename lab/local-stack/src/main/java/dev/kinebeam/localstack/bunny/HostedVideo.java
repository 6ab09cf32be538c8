package dev.kinebeam.localstack.bunny;

import dev.kinebeam.localstack.standin.Picture;

/**
 * What the host knows of one video; kept as a file beside it.
 *
 * @param guid its id
 * @param title as given
 * @param collectionId empty = in no collection
 * @param createdMs when it was announced, epoch milliseconds
 * @param thumbnailTimeMs where the still picture is taken
 * @param status how far it is
 * @param percent of the packaging done
 * @param storageBytes the uploaded file's size
 * @param picture what was found in the file; zeros until it was read
 * @param failure why it failed; empty otherwise
 */
record HostedVideo(
    String guid,
    String title,
    String collectionId,
    long createdMs,
    long thumbnailTimeMs,
    VideoStatus status,
    int percent,
    long storageBytes,
    Picture picture,
    String failure) {

  static HostedVideo announced(
      String guid, String title, String collectionId, long thumbnailTimeMs, long nowMs) {
    return new HostedVideo(
        guid,
        title,
        collectionId,
        nowMs,
        thumbnailTimeMs,
        VideoStatus.CREATED,
        0,
        0,
        Picture.UNKNOWN,
        "");
  }

  HostedVideo uploaded(long bytes) {
    return with(VideoStatus.UPLOADED, 0, bytes, Picture.UNKNOWN, "");
  }

  HostedVideo uploadFailed() {
    return with(VideoStatus.UPLOAD_FAILED, 0, 0, Picture.UNKNOWN, "the upload broke off");
  }

  HostedVideo processing() {
    return with(VideoStatus.PROCESSING, 0, storageBytes, Picture.UNKNOWN, "");
  }

  HostedVideo transcoding(Picture found) {
    return with(VideoStatus.TRANSCODING, 0, storageBytes, found, "");
  }

  HostedVideo at(int percentDone) {
    return with(status, percentDone, storageBytes, picture, failure);
  }

  HostedVideo finished() {
    return with(VideoStatus.FINISHED, 100, storageBytes, picture, "");
  }

  HostedVideo failed(String reason) {
    return with(VideoStatus.ERROR, percent, storageBytes, picture, reason);
  }

  HostedVideo renamed(String newTitle, String newCollectionId) {
    return new HostedVideo(
        guid,
        newTitle,
        newCollectionId,
        createdMs,
        thumbnailTimeMs,
        status,
        percent,
        storageBytes,
        picture,
        failure);
  }

  private HostedVideo with(
      VideoStatus newStatus, int newPercent, long newBytes, Picture newPicture, String why) {
    return new HostedVideo(
        guid,
        title,
        collectionId,
        createdMs,
        thumbnailTimeMs,
        newStatus,
        newPercent,
        newBytes,
        newPicture,
        why);
  }
}
