package dev.kinebeam.trials.bench.order;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a player fetches of one render: the segments of one quality and of the sound, in the order
 * in which they are played.
 *
 * @param first the initialisations
 */
record Presentation(List<String> first, List<Segment> segments) {
  private static final String MAP = "#EXT-X-MAP:URI=\"";
  private static final String INFO = "#EXTINF:";

  /**
   * A segment.
   *
   * @param path at the server
   * @param atSeconds when it is played
   */
  record Segment(String path, double atSeconds, boolean sound) {}

  /** Fetches the playlists, as a player does. */
  static Presentation fetch(MediaConnection connection, URI master, String quality)
      throws IOException {
    connection.text(master.getRawPath());
    Track pictures = Track.of(connection, master.resolve(quality + "/video.m3u8"), false);
    Track sounds = Track.of(connection, master.resolve("audio/video.m3u8"), true);
    List<Segment> all = new ArrayList<>(pictures.segments());
    all.addAll(sounds.segments());
    all.sort(Comparator.comparingDouble(Segment::atSeconds));
    return new Presentation(List.of(pictures.first(), sounds.first()), List.copyOf(all));
  }

  /** Those of the sound alone. */
  List<Segment> sounds() {
    return segments.stream().filter(Segment::sound).toList();
  }

  private record Track(String first, List<Segment> segments) {
    static Track of(MediaConnection connection, URI address, boolean sound) throws IOException {
      return read(address, connection.text(address.getRawPath()), sound);
    }

    static Track read(URI address, String playlist, boolean sound) throws IOException {
      String first = null;
      List<Segment> segments = new ArrayList<>();
      double at = 0;
      double seconds = 0;
      for (String line : playlist.lines().toList()) {
        if (line.startsWith(MAP)) {
          first = path(address, line.substring(MAP.length(), line.indexOf('"', MAP.length())));
        } else if (line.startsWith(INFO)) {
          seconds = Double.parseDouble(line.substring(INFO.length(), line.indexOf(',')));
        } else if (!line.startsWith("#")) {
          segments.add(new Segment(path(address, line), at, sound));
          at += seconds;
        }
      }
      if (first == null || segments.isEmpty()) {
        throw new IOException(address + " is not a playlist of segments");
      }
      return new Track(first, segments);
    }

    private static String path(URI address, String name) {
      return address.resolve(name).getRawPath();
    }
  }
}
