package dev.kinebeam.composer.delivery;

import dev.kinebeam.schemas.render.Bundle;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a person says of files whose names cannot be read: a line for each, {@code DELIVERED FILE =
 * SLOT-N}, or {@code DELIVERED FILE = -} to leave it out. Empty lines and those that begin with
 * {@code #} say nothing.
 *
 * @param places from a delivered file's name to a bundle's file without folder and extension
 *     ({@code intro-video-2}, {@code rep-left-vo-1}), or to {@link #LEFT_OUT}
 */
public record NameMap(Map<String, String> places) {
  static final String LEFT_OUT = "-";

  /** A map that says nothing. */
  static final NameMap EMPTY = new NameMap(Map.of());

  /** A map with a line that says nothing that can be followed. */
  public static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    private Unreadable(String message) {
      super(message);
    }
  }

  public NameMap {
    places = Map.copyOf(places);
  }

  /**
   * Reads a map.
   *
   * @throws Unreadable naming the line that is wrong
   */
  static NameMap read(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (MalformedInputException e) {
      throw new Unreadable(file + " is not written in UTF-8");
    }
    Map<String, String> places = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith("\uFEFF")) {
        line = line.substring(1).strip();
      }
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String where = file + ", line " + (i + 1) + ": ";
      int equals = line.lastIndexOf('=');
      if (equals < 1) {
        throw new Unreadable(where + "\"" + line + "\" is not of the form DELIVERED FILE = SLOT-N");
      }
      String name = key(line.substring(0, equals).strip());
      String place = line.substring(equals + 1).strip();
      if (!place.equals(LEFT_OUT) && target("xx", place).isEmpty()) {
        throw new Unreadable(
            where
                + "\""
                + place
                + "\" is not a place in a bundle: write intro-video-1, pauza-vo-2, rep-left-video-1, …, or -"
                + " to leave the file out");
      }
      if (!place.equals(LEFT_OUT) && !fits(name, place)) {
        throw new Unreadable(
            where
                + name
                + " cannot become "
                + place
                + ": a video is made of .mp4, .mov or .m4v, a voice-over of these or a sound file");
      }
      if (places.putIfAbsent(name, place) != null) {
        throw new Unreadable(where + name + " is there twice");
      }
    }
    return new NameMap(places);
  }

  /** What is said of a delivered file, by its path below the delivery's folder. */
  Optional<String> of(String name) {
    return Optional.ofNullable(places.get(key(name)));
  }

  /** Names are the same whatever way their diacritics are put together. */
  static String key(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC);
  }

  private static boolean fits(String name, String place) {
    return NameReader.isVideo(name) || (isVoice(place) && NameReader.isSound(name));
  }

  private static boolean isVoice(String place) {
    return place.matches(".*-vo-\\d+");
  }

  /** The bundle's slot and variant for a place of the map; empty when it is none. */
  static Optional<Bundle.Primitive> target(String language, String place) {
    if (place.indexOf('/') >= 0) {
      return Optional.empty();
    }
    boolean voice = isVoice(place);
    return Bundle.primitive(voice ? "audio/" + language + "/" + place + ".mp3" : place + ".mp4");
  }
}
