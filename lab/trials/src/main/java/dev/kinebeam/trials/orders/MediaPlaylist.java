package dev.kinebeam.trials.orders;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One track of a whole video: its segments with their play times, the initialisation first, at 0.
 */
record MediaPlaylist(List<Segment> segments) {
  private static final Pattern MAP = Pattern.compile("#EXT-X-MAP:.*URI=\"([^\"]+)\".*");
  private static final Pattern LENGTH = Pattern.compile("#EXTINF:([0-9.]+),.*");
  private static final Pattern SOUND = Pattern.compile("#EXT-X-MEDIA:TYPE=AUDIO,.*URI=\"(.+?)\".*");

  /**
   * A file of the track.
   *
   * @param from when it begins to be played, in seconds
   */
  record Segment(URI address, double from) {}

  /** The addresses of the first rendition and of the sound that a master playlist names. */
  static List<URI> tracks(URI master, String text) throws IOException {
    List<URI> tracks = new ArrayList<>();
    text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .limit(1)
        .forEach(line -> tracks.add(master.resolve(line)));
    text.lines()
        .map(SOUND::matcher)
        .filter(Matcher::matches)
        .limit(1)
        .forEach(sound -> tracks.add(master.resolve(sound.group(1))));
    if (tracks.isEmpty()) {
      throw new IOException(master.getPath() + " names no rendition");
    }
    return tracks;
  }

  /**
   * Reads a track's playlist.
   *
   * @throws IOException when it has no end, or no segment
   */
  static MediaPlaylist parse(URI address, String text) throws IOException {
    List<Segment> segments = new ArrayList<>();
    double from = 0;
    double seconds = 0;
    for (String line : text.lines().toList()) {
      Matcher map = MAP.matcher(line);
      Matcher length = LENGTH.matcher(line);
      if (map.matches()) {
        segments.add(new Segment(address.resolve(map.group(1)), 0));
      } else if (length.matches()) {
        seconds = Double.parseDouble(length.group(1));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        segments.add(new Segment(address.resolve(line), from));
        from += seconds;
      }
    }
    if (from == 0 || !text.contains("#EXT-X-ENDLIST")) {
      throw new IOException(address.getPath() + " is not the playlist of a whole video");
    }
    return new MediaPlaylist(segments);
  }
}
