package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.compose.PiecedSound;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** The texts of RFC 8216. */
final class Playlists {
  private static final String AAC_LC = "mp4a.40.2";
  private static final String MAP = "#EXT-X-MAP:URI=\"";

  private Playlists() {}

  /**
   * The playlist that names the qualities and the sound.
   *
   * @param rungs by their folders, the best first
   * @param language of the voice-over
   * @param target in seconds; no segment is longer
   */
  static String master(Map<String, PictureTrack> rungs, String language, int target) {
    StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    text.append(
        String.format(
            Locale.ROOT,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"sound\",NAME=\"%s\",LANGUAGE=\"%s\","
                + "DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"%s\"\n",
            language,
            language,
            HlsRender.SOUND + "/" + HlsRender.MEDIA_PLAYLIST));
    rungs.forEach(
        (folder, track) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,RESOLUTION=%dx%d,"
                        + "FRAME-RATE=30.000,CODECS=\"%s,%s\",AUDIO=\"sound\"\n%s\n",
                    // Sound at its average: single packets swing, four seconds of them do not.
                    track.peakBitsPerSecond(target) + PiecedSound.BIT_RATE * 11 / 10,
                    track.averageBitsPerSecond() + PiecedSound.BIT_RATE,
                    track.rung().width(),
                    track.rung().height(),
                    track.codec(),
                    AAC_LC,
                    folder + "/" + HlsRender.MEDIA_PLAYLIST)));
    return text.toString();
  }

  /**
   * The playlist of one track.
   *
   * @param target in seconds, the same for all tracks of a video (RFC 8216, 6.2.4)
   * @param name of each segment, by its number; −1 is the initialisation
   */
  static String media(int target, List<Double> seconds, IntFunction<String> name) {
    StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    text.append("#EXT-X-TARGETDURATION:").append(target).append('\n');
    text.append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    text.append(MAP).append(HlsRender.SEGMENTS).append(name.apply(-1)).append("\"\n");
    for (int i = 0; i < seconds.size(); i++) {
      text.append(String.format(Locale.ROOT, "#EXTINF:%.6f,\n", seconds.get(i)));
      text.append(HlsRender.SEGMENTS).append(name.apply(i)).append('\n');
    }
    return text.append("#EXT-X-ENDLIST\n").toString();
  }

  /** The names in such a playlist, the initialisation's first. */
  static List<String> segmentsOf(String media) {
    return media
        .lines()
        .filter(line -> line.startsWith(MAP) || !line.startsWith("#"))
        .map(line -> line.substring(line.lastIndexOf('/') + 1).replace("\"", ""))
        .toList();
  }

  /** The target duration of segments that last so long: none is longer. */
  static int targetSeconds(Stream<Double> seconds) {
    return (int) Math.ceil(seconds.mapToDouble(Double::doubleValue).max().orElse(0));
  }
}
