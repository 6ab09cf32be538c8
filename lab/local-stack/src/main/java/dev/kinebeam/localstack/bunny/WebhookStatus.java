package dev.kinebeam.localstack.bunny;

/** {@code Status} in a webhook's body. The API numbers differently: {@link VideoStatus}. */
enum WebhookStatus {
  QUEUED(0),
  PROCESSING(1),
  ENCODING(2),
  FINISHED(3),
  /** One quality is playable; the first of these means that the video can be played. */
  RESOLUTION_FINISHED(4),
  FAILED(5);

  private final int code;

  WebhookStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
