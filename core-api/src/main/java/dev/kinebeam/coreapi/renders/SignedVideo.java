package dev.kinebeam.coreapi.renders;

import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.http.Problem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A hosted video with its signed address.
 *
 * @param bunnyVideoId the hosted video's id, whatever the host is
 * @param playbackExpiresAt null of a host that does not sign, as is {@code playbackRenewAt}
 */
record SignedVideo(
    double durationSeconds,
    String host,
    String bunnyVideoId,
    String playbackHlsUrl,
    @Nullable String thumbnailUrl,
    @Nullable String playbackExpiresAt,
    @Nullable String playbackRenewAt) {

  /**
   * Signs an address.
   *
   * @param host where the video is
   * @param video its id there
   * @throws Problem 503 naming the host that this program is not configured for
   */
  static SignedVideo of(Optional<VideoHosts> hosts, String host, String video, double seconds)
      throws Problem {
    VideoHosts signing =
        hosts.filter(any -> any.names().contains(host)).orElseThrow(() -> unsigned(host));
    Playback playback = signing.named(host).playback(video);
    return new SignedVideo(
        seconds,
        host,
        video,
        playback.hls().toString(),
        playback.thumbnail().map(Object::toString).orElse(null),
        playback.expires().map(Rfc3339::text).orElse(null),
        playback.renewAt().map(Rfc3339::text).orElse(null));
  }

  private static Problem unsigned(String host) {
    return Problem.of(
        503,
        "This video cannot be played: it is at the host %s, whose key the Core API needs, as"
                .formatted(host)
            + " VIDEO_HOST_TOKEN_KEY.");
  }
}
