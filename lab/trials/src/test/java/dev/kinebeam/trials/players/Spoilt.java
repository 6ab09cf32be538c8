package dev.kinebeam.trials.players;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A fault in a copy of a presentation.
 *
 * @param where the end of the paths that have it
 * @param finding words of what a validator must say
 */
record Spoilt(String where, UnaryOperator<String> change, String finding) {
  static final List<Spoilt> ALL =
      List.of(
          text(
              "720p/video.m3u8", "#EXT-X-TARGETDURATION:\\d+", "#EXT-X-TARGETDURATION:9", "TARGET"),
          text("720p/video.m3u8", "#EXT-X-MAP.*\n", "", "EXT-X-MAP"),
          text("720p/video.m3u8", "#EXTINF:1\\.4", "#EXTINF:1.5", "EXTINF is 1.5"),
          text("720p/video.m3u8", "#EXT-X-ENDLIST", "", "is not complete"),
          text("playlist.m3u8", "#EXT-X-VERSION:7", "#EXT-X-VERSION:3", "EXT-X-VERSION 3"),
          text("playlist.m3u8", "#EXT-X-INDEPENDENT-SEGMENTS\n", "", "INDEPENDENT"),
          text(
              "playlist.m3u8", "([:,])BANDWIDTH=\\d+", "$1BANDWIDTH=200000", "BANDWIDTH is 200000"),
          text("playlist.m3u8", "AVERAGE-BANDWIDTH=\\d", "$09", "AVERAGE-BANDWIDTH"),
          text("playlist.m3u8", "avc1.6400", "avc1.4d00", "CODECS"),
          text("playlist.m3u8", "1280x720", "1280x722", "RESOLUTION"),
          text("playlist.m3u8", "30\\.000", "25.000", "FRAME-RATE"),
          new Spoilt(".m4s", Spoilt::decodedLater, "is decoded from"));

  private static Spoilt text(String where, String pattern, String by, String finding) {
    return new Spoilt(where, text -> text.replaceAll(pattern, by), finding);
  }

  /** By as much again. */
  private static String decodedLater(String segment) {
    byte[] bytes = segment.getBytes(ISO_8859_1);
    int time = segment.indexOf("tfdt") + 8;
    ByteBuffer box = ByteBuffer.wrap(bytes);
    box.putLong(time, box.getLong(time) * 2);
    return new String(bytes, ISO_8859_1);
  }

  byte[] in(String path, byte[] content) {
    return path.endsWith(where)
        ? change.apply(new String(content, ISO_8859_1)).getBytes(ISO_8859_1)
        : content;
  }

  @Override
  public String toString() {
    return finding;
  }
}
