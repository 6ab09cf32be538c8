package dev.kinebeam.catalog.host;

import dev.kinebeam.catalog.host.HostedStatus.Remedy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A video as Cloudflare Stream's API describes it; of its many fields, those that we use.
 *
 * @param name as it was published; empty where another program made the video
 * @param created as the API writes times
 * @param ready whether its first quality plays, while others may still be encoded
 * @param length known before it is ready
 * @param percent done
 * @param failure why it failed; empty otherwise
 */
record CloudflareVideo(
    String uid,
    String name,
    String created,
    String state,
    boolean ready,
    Optional<Duration> length,
    int width,
    int height,
    int percent,
    Failure failure) {

  private static final String PENDING_UPLOAD = "pendingupload";
  private static final String DOWNLOADING = "downloading";
  private static final String ERROR = "error";

  private static final String UNREACHABLE_ORIGIN = "ERR_FETCH_ORIGIN_ERROR";
  private static final Set<String> OF_THE_CONTENT =
      Set.of(
          "ERR_NON_VIDEO",
          "ERR_DURATION_EXCEED_CONSTRAINT",
          "ERR_DURATION_TOO_SHORT",
          "ERR_MALFORMED_VIDEO");

  /** What the host says of a failure; the code may be one that we do not know. */
  record Failure(String code, String text) {
    Remedy remedy() {
      if (code.equals(UNREACHABLE_ORIGIN)) {
        return Remedy.SEND_FILE;
      }
      return OF_THE_CONTENT.contains(code) ? Remedy.NONE : Remedy.PUBLISH_AGAIN;
    }

    String reason() {
      String shown = code.isEmpty() ? "it failed without a code" : code;
      return text.isEmpty() ? shown : shown + ": " + text;
    }
  }

  static CloudflareVideo of(HostAnswer answer) throws VideoHostException {
    HostAnswer status = answer.object("status");
    HostAnswer input = answer.objectIfAny("input");
    return new CloudflareVideo(
        answer.id("uid"),
        answer.objectIfAny("meta").textIfAny("name"),
        answer.textIfAny("created"),
        status.text("state"),
        answer.flag("readyToStream"),
        answer.secondsIfKnown("duration"),
        input.numberIfKnown("width"),
        input.numberIfKnown("height"),
        status.percentIfAny("pctComplete"),
        new Failure(
            either(status, "errorReasonCode", "errReasonCode"),
            HostAnswer.shortened(either(status, "errorReasonText", "errReasonText"))));
  }

  /** The API's pages do not agree on the names of these fields. */
  private static String either(HostAnswer status, String name, String other)
      throws VideoHostException {
    String value = status.textIfAny(name);
    return value.isEmpty() ? status.textIfAny(other) : value;
  }

  boolean awaitsUpload() {
    return state.equals(PENDING_UPLOAD);
  }

  boolean hasFailed() {
    return state.equals(ERROR);
  }

  HostedStatus hostedStatus() {
    return switch (state) {
      case ERROR -> new HostedStatus.Failed(failure.reason(), failure.remedy());
      case PENDING_UPLOAD, DOWNLOADING -> new HostedStatus.AwaitingUpload();
      default ->
          ready && length.isPresent()
              ? new HostedStatus.Playable(length.get(), width, height)
              : new HostedStatus.Processing(percent, length);
    };
  }
}
