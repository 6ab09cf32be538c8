package dev.kinebeam.localstack.bunny;

/** {@code status} in the API. Webhooks number differently: {@link WebhookStatus}. */
enum VideoStatus {
  CREATED(0),
  UPLOADED(1),
  PROCESSING(2),
  TRANSCODING(3),
  FINISHED(4),
  ERROR(5),
  UPLOAD_FAILED(6);

  private final int code;

  VideoStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The file has arrived, and it is not decided yet whether it can be played. */
  boolean isUnderWay() {
    return this == UPLOADED || this == PROCESSING || this == TRANSCODING;
  }
}
