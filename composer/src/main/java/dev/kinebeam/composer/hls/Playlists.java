package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.compose.PiecedSound;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The texts of RFC 8216. */
final class Playlists {
  private static final String AAC_LC = "mp4a.40.2";

  private Playlists() {}

  /**
   * The playlist that names the qualities and the sound.
   *
   * @param rungs by their folders, the best first
   * @param language of the voice-over
   */
  static String master(Map<String, PictureTrack> rungs, String language) {
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
                    track.peakBitsPerSecond() + PiecedSound.BIT_RATE * 11 / 10,
                    track.averageBitsPerSecond() + PiecedSound.BIT_RATE,
                    track.width(),
                    track.height(),
                    track.codec(),
                    AAC_LC,
                    folder + "/" + HlsRender.MEDIA_PLAYLIST)));
    return text.toString();
  }

  /** The playlist of one track, whose segments are named by their numbers from 0. */
  static String media(List<Double> seconds) {
    StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
    text.append("#EXT-X-TARGETDURATION:").append(targetSeconds(seconds)).append('\n');
    text.append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    text.append("#EXT-X-MAP:URI=\"").append(HlsRender.INIT).append("\"\n");
    for (int i = 0; i < seconds.size(); i++) {
      text.append(String.format(Locale.ROOT, "#EXTINF:%.6f,\n", seconds.get(i)));
      text.append(HlsRender.segmentName(i)).append('\n');
    }
    return text.append("#EXT-X-ENDLIST\n").toString();
  }

  /** No segment is longer. */
  static int targetSeconds(List<Double> seconds) {
    return (int) Math.ceil(seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0));
  }
}
