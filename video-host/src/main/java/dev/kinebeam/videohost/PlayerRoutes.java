package dev.kinebeam.videohost;

import dev.kinebeam.catalog.host.PlaybackToken;
import dev.kinebeam.composer.compose.EncodingLimit.BusyException;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.RangedReply;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.http.StreamedBody;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What players fetch. The token in the path opens one video until it expires; playlists are a
 * video's own, segments are named by their content and the same for every video that has them.
 */
final class PlayerRoutes {
  /** Whoever has the address: its token is what counts. */
  private static final Set<Role> VIEWERS = Set.of(Role.PATIENT);

  private static final String HLS = "application/vnd.apple.mpegurl";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final String TOKEN_HEADER = "X-Playback-Token";
  private static final int RETRY_AFTER_SECONDS = 1;

  /** What takes longer than a request. */
  private static final int MADE_AFTER_SECONDS = 5;

  private final VideoRecords videos;
  private final Segments segments;
  private final Originals originals;
  private final Secret tokenKey;
  private final InstantSource clock;

  PlayerRoutes(
      VideoRecords videos,
      Segments segments,
      Originals originals,
      Secret tokenKey,
      InstantSource clock) {
    this.videos = videos;
    this.segments = segments;
    this.originals = originals;
    this.tokenKey = tokenKey;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route(Method.GET, "/t/{token}/v/{video}/{file}", VIEWERS, new WithBucket(this::file)),
        new Route(
            Method.GET,
            "/t/{token}/v/{video}/{track}/{file}",
            VIEWERS,
            new WithBucket(this::media)),
        new Route(Method.GET, "/t/{token}/s/{segment}", VIEWERS, new WithBucket(this::segment)),
        new Route(Method.GET, "/s/{segment}", VIEWERS, new WithBucket(this::segmentByHeader)),
        new Route(Method.GET, "/t/{token}/check/{segment}", VIEWERS, new WithBucket(this::check)));
  }

  private Reply file(Call call, Principal caller) throws Problem, IOException {
    PlaybackToken token = opened(call);
    HlsRender render = render(token.video());
    return call.path("file").equals("original")
        ? original(call, token, render)
        : playlist(token, render, call.path("file"));
  }

  private Reply media(Call call, Principal caller) throws Problem, IOException {
    PlaybackToken token = opened(call);
    return playlist(token, render(token.video()), call.path("track") + "/" + call.path("file"));
  }

  private Reply playlist(PlaybackToken token, HlsRender render, String path) throws Problem {
    String text =
        render
            .playlist(path)
            .orElseThrow(() -> Problem.of(404, "The video has no playlist " + path + "."));
    return Reply.text(HLS, text).with("Cache-Control", privately(token));
  }

  private Reply segment(Call call, Principal caller) throws Problem, IOException {
    return segment(call, token(call));
  }

  /** For a CDN whose cache key is the path. */
  private Reply segmentByHeader(Call call, Principal caller) throws Problem, IOException {
    return segment(call, valid(call.header(TOKEN_HEADER).orElse("")));
  }

  private Reply segment(Call call, PlaybackToken token) throws Problem, IOException {
    HlsRender render = render(token.video());
    String name = call.path("segment");
    if (!render.has(name)) {
      throw refused("The address opens another video.");
    }
    StreamedBody body = made(() -> segments.segment(token.video(), render, name).orElseThrow());
    String type = name.endsWith(".m4s") ? "video/iso.segment" : "video/mp4";
    return RangedReply.of(call, type, name, Instant.EPOCH, body).with("Cache-Control", FOR_EVER);
  }

  /** For a proxy that has the segment: whether the token opens it. */
  private Reply check(Call call, Principal caller) throws Problem, IOException {
    return videos
        .playable(token(call).video())
        .filter(playable -> playable.render().has(call.path("segment")))
        .map(render -> Reply.empty(204, Map.of()))
        .orElseThrow(() -> refused("The address opens another video, or none any more."));
  }

  private Reply original(Call call, PlaybackToken token, HlsRender render)
      throws Problem, IOException {
    if (!token.original()) {
      throw refused("The address opens the video to be played, and not its file.");
    }
    StreamedBody body = made(() -> originals.of(token.video(), render));
    return RangedReply.of(call, "video/mp4", render.contentName(), Instant.EPOCH, body)
        .with("Cache-Control", privately(token));
  }

  private interface Making {
    StreamedBody make() throws IOException;
  }

  private static StreamedBody made(Making making) throws Problem, IOException {
    try {
      return making.make();
    } catch (BusyException e) {
      throw Problem.unavailable(
          "The host makes as much sound as it can at the moment.", RETRY_AFTER_SECONDS);
    } catch (LongWork.BusyException e) {
      throw Problem.unavailable(e.getMessage(), MADE_AFTER_SECONDS);
    } catch (Originals.NoRoomException e) {
      throw Problem.of(507, e.getMessage() + " Raise --cache-gb, a quarter of which is for files.");
    } catch (LostMezzanines.LostException e) {
      throw Problem.of(410, e.getMessage());
    }
  }

  private HlsRender render(UUID video) throws Problem, IOException {
    return videos
        .playable(video)
        .map(VideoRecords.Playable::render)
        .orElseThrow(() -> Problem.of(404, "There is no such video to play."));
  }

  /** The token of a path, which must be of the video that the path names. */
  private PlaybackToken opened(Call call) throws Problem {
    PlaybackToken token = token(call);
    if (!token.video().equals(call.pathId("video"))) {
      throw refused("The address opens another video.");
    }
    return token;
  }

  private PlaybackToken token(Call call) throws Problem {
    return valid(call.path("token"));
  }

  private PlaybackToken valid(String signed) throws Problem {
    PlaybackToken token =
        PlaybackToken.read(tokenKey.value(), signed)
            .orElseThrow(() -> refused("The address is not signed."));
    if (!token.isValidAt(clock.instant())) {
      throw refused("The address has expired.");
    }
    return token;
  }

  private static Problem refused(String detail) {
    return Problem.of(403, detail);
  }

  /** No cache may serve it once it has expired. */
  private String privately(PlaybackToken token) {
    long left = Duration.between(clock.instant(), token.expires()).toSeconds();
    return "private, max-age=" + Math.max(0, Math.min(left, 3600));
  }
}
