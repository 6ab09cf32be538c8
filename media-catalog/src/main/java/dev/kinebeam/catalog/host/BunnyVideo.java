package dev.kinebeam.catalog.host;

import dev.kinebeam.catalog.host.HostedStatus.Remedy;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A video as Bunny Stream's API describes it; of its many fields, those that we use.
 *
 * @param length in whole seconds; 0 until it is known
 * @param encodeProgress in percent
 * @param failure what the host's messages say about its transcoding; empty when they say nothing
 */
record BunnyVideo(
    String guid,
    String title,
    int status,
    int length,
    int width,
    int height,
    int encodeProgress,
    String failure) {

  /** {@code status} in the API; webhooks number differently. */
  private static final int CREATED = 0;

  private static final int FINISHED = 4;
  private static final int ERROR = 5;
  private static final int UPLOAD_FAILED = 6;
  private static final int JIT_PLAYLISTS_CREATED = 8;

  static BunnyVideo of(HostAnswer answer) throws VideoHostException {
    StringJoiner messages = new StringJoiner("; ");
    for (HostAnswer message : answer.listIfAny("transcodingMessages")) {
      String text = message.textIfAny("message");
      if (!text.isBlank()) {
        messages.add(HostAnswer.shortened(text));
      }
    }
    return new BunnyVideo(
        answer.id("guid"),
        answer.text("title"),
        answer.number("status"),
        answer.number("length"),
        answer.number("width"),
        answer.number("height"),
        answer.number("encodeProgress"),
        HostAnswer.shortened(messages.toString()));
  }

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
      case ERROR ->
          new HostedStatus.Failed(
              failure.isEmpty() ? "it could not be transcoded (status 5)" : failure, Remedy.NONE);
      case UPLOAD_FAILED ->
          new HostedStatus.Failed("the upload broke off (status 6)", Remedy.PUBLISH_AGAIN);
      default -> new HostedStatus.Processing(encodeProgress, knownLength());
    };
  }

  private Optional<Duration> knownLength() {
    return length == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(length));
  }
}
