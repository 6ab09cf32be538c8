package dev.kinebeam.localstack.cloudflare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.localstack.standin.JsonFiles;
import dev.kinebeam.localstack.standin.Picture;
import java.time.Instant;
import java.util.Locale;

/**
 * A video as the API and the notifications show it.
 *
 * @param address of this server, which serves players too
 */
record VideoView(String address) {
  private static final int UNKNOWN = -1;

  /** As the API answers. */
  ObjectNode of(StreamVideo video) {
    return of(video, "error");
  }

  /** As a notification shows it: the documentation of the two does not agree on these names. */
  ObjectNode ofNotification(StreamVideo video) {
    return of(video, "err");
  }

  private ObjectNode of(StreamVideo video, String prefix) {
    Picture picture = video.picture();
    boolean measured = !picture.equals(Picture.UNKNOWN);
    String created = time(video.createdMs());
    String player = address + "/" + video.uid();
    ObjectNode view = JsonFiles.MAPPER.createObjectNode();
    view.put("uid", video.uid())
        .put("creator", video.source().creator().isEmpty() ? null : video.source().creator())
        .put("thumbnail", player + "/thumbnails/thumbnail.jpg")
        .put("thumbnailTimestampPct", 0)
        .put("readyToStream", video.state() == State.READY)
        .put("readyToStreamAt", video.state() == State.READY ? time(video.readyMs()) : null)
        .put("created", created)
        .put("modified", created)
        .put("size", video.bytes())
        .put("preview", player + "/watch")
        .put("requireSignedURLs", video.source().signed())
        .put("maxDurationSeconds", (Integer) null)
        .put("duration", measured ? picture.seconds() : UNKNOWN);
    ObjectNode meta = view.putObject("meta");
    video.source().meta().forEach(meta::put);
    view.putArray("allowedOrigins");
    view.putObject("input")
        .put("width", measured ? picture.width() : UNKNOWN)
        .put("height", measured ? picture.height() : UNKNOWN);
    view.putObject("playback")
        .put("hls", player + "/manifest/video.m3u8")
        .put("dash", player + "/manifest/video.mpd");
    ObjectNode status = view.putObject("status");
    status.put("state", video.state().text());
    if (video.state() == State.INPROGRESS || video.state() == State.READY) {
      status.put("step", "encoding");
      // A string in the API, too.
      status.put("pctComplete", String.format(Locale.ROOT, "%d.000000", video.percent()));
    }
    status.put(prefix + "ReasonCode", video.failure().code());
    status.put(prefix + "ReasonText", video.failure().text());
    return view;
  }

  private static String time(long epochMs) {
    return Instant.ofEpochMilli(epochMs).toString();
  }
}
