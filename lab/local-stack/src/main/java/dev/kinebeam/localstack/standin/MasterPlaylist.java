package dev.kinebeam.localstack.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.javacpp.BytePointer;

/**
 * Writes the playlist that names the one quality, with the figures that players choose by (RFC
 * 8216, 4.3.4.2).
 */
final class MasterPlaylist {
  private static final String SEGMENT_LENGTH = "#EXTINF:";
  private static final String AAC_LC = "mp4a.40.2";
  private static final int AVCC_PROFILE = 1;

  private MasterPlaylist() {}

  static String of(
      String address,
      Path mediaPlaylist,
      Picture picture,
      AVCodecParameters video,
      boolean withAudio)
      throws IOException {
    String codecs = withAudio ? avc(video) + "," + AAC_LC : avc(video);
    return String.format(
        Locale.ROOT,
        """
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-STREAM-INF:BANDWIDTH=%d,RESOLUTION=%dx%d,FRAME-RATE=%.3f,CODECS="%s"
        %s
        """,
        peakBitsPerSecond(mediaPlaylist),
        picture.width(),
        picture.height(),
        picture.framesPerSecond(),
        codecs,
        address);
  }

  /** Profile, constraints and level as RFC 6381 writes them, from the stream's avcC header. */
  private static String avc(AVCodecParameters video) {
    if (video.extradata_size() <= AVCC_PROFILE + 2) {
      return String.format(Locale.ROOT, "avc1.%02x00%02x", video.profile(), video.level());
    }
    BytePointer avcc = video.extradata();
    return String.format(
        Locale.ROOT,
        "avc1.%02x%02x%02x",
        avcc.get(AVCC_PROFILE),
        avcc.get(AVCC_PROFILE + 1),
        avcc.get(AVCC_PROFILE + 2));
  }

  private static long peakBitsPerSecond(Path mediaPlaylist) throws IOException {
    long peak = 1;
    double seconds = 0;
    List<String> lines = Files.readAllLines(mediaPlaylist);
    for (String line : lines) {
      if (line.startsWith(SEGMENT_LENGTH)) {
        seconds = Double.parseDouble(line.substring(SEGMENT_LENGTH.length()).replace(",", ""));
      } else if (!line.startsWith("#") && seconds > 0) {
        long bits = Files.size(mediaPlaylist.resolveSibling(line)) * 8;
        peak = Math.max(peak, Math.round(bits / seconds));
      }
    }
    return peak;
  }
}
