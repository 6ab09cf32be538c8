package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.schemas.render.Composition;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The HLS presentation of a composition. Its playlists are made of the composition alone; a segment
 * is made when it is asked for, the pictures out of the mezzanines that renders share. Segments are
 * named by all that their bytes depend on, so a name is the same bytes for ever. Time 0 is the
 * first frame and the first sample in every quality. Immutable.
 */
public final class HlsRender {
  /** The playlist to begin with. */
  public static final String MASTER_PLAYLIST = "playlist.m3u8";

  /** From the folder of a media playlist, {@code v/ID/720p/}, to the segments of all renders. */
  public static final String SEGMENTS = "../../../s/";

  static final String MEDIA_PLAYLIST = "video.m3u8";
  static final String SOUND = "audio";
  private static final int INIT = -1;

  /** Opens what a segment is made of. */
  public interface Library {
    /** Stays the library's to close. */
    VideoMezzanine video(Composition.Rung rung, Composition.Video video) throws IOException;

    PiecedSound sound() throws IOException;
  }

  /** A segment; without a track it is of the sound, and with the number −1 an initialisation. */
  private record Place(Optional<PictureTrack> track, int number) {}

  private final Composition composition;
  private final Map<String, PictureTrack> rungs = new LinkedHashMap<>();
  private final SoundSegments sound;
  private final int target;
  private final Map<String, Place> places = new HashMap<>();

  private HlsRender(Composition composition) {
    this.composition = composition;
    this.sound = SoundSegments.of(composition);
    for (Composition.Rung rung : composition.rungs()) {
      PictureTrack track = PictureTrack.of(composition, rung);
      rungs.put(rung.label(), track);
      for (int i = INIT; i < track.segments(); i++) {
        places.put(name(track, i), new Place(Optional.of(track), i));
      }
    }
    for (int i = INIT; i < sound.segments(); i++) {
      places.put(soundName(i), new Place(Optional.empty(), i));
    }
    this.target =
        Playlists.targetSeconds(
            Stream.concat(
                rungs.values().stream().flatMap(track -> track.seconds().stream()),
                sound.seconds().stream()));
  }

  /**
   * The presentation of a composition that {@link Composition#checked} calls valid.
   *
   * @throws IllegalArgumentException naming the quality whose sample entry cannot be decoded
   */
  public static HlsRender of(Composition composition) {
    return new HlsRender(composition);
  }

  public Composition composition() {
    return composition;
  }

  /**
   * The playlist at a path below the render's address, {@value #MASTER_PLAYLIST} or {@code
   * 720p/video.m3u8}; empty when there is no such thing.
   */
  public Optional<String> playlist(String path) {
    if (path.equals(MASTER_PLAYLIST)) {
      return Optional.of(Playlists.master(rungs, composition.language(), target));
    }
    int slash = path.indexOf('/');
    if (slash < 0 || !path.substring(slash + 1).equals(MEDIA_PLAYLIST)) {
      return Optional.empty();
    }
    String folder = path.substring(0, slash);
    if (folder.equals(SOUND)) {
      return Optional.of(Playlists.media(target, sound.seconds(), this::soundName));
    }
    return Optional.ofNullable(rungs.get(folder))
        .map(track -> Playlists.media(target, track.seconds(), number -> name(track, number)));
  }

  /** Names of all segments of a track, {@code 720p} or {@value #SOUND}, initialisation first. */
  public List<String> segments(String folder) {
    return playlist(folder + "/" + MEDIA_PLAYLIST).map(Playlists::segmentsOf).orElse(List.of());
  }

  /** Whether the render has a segment of this name. */
  public boolean has(String name) {
    return places.containsKey(name);
  }

  /** Whether a segment is sound, which may have to be encoded; false for one that is not there. */
  public boolean isSound(String name) {
    Place place = places.get(name);
    return place != null && place.track.isEmpty();
  }

  /** Names all that its sound depends on: equal names, equal bytes. */
  public String soundName() {
    return soundName(INIT);
  }

  /** Names all that its best quality and its sound depend on. */
  public String contentName() {
    PictureTrack best = best();
    StringBuilder words = new StringBuilder("file|").append(soundName());
    for (int i = INIT; i < best.segments(); i++) {
      words.append('|').append(name(best, i));
    }
    return Names.of(words.toString());
  }

  /** About how large its best quality is with its sound, as one file. */
  public long fileBytes() {
    double sound = composition.seconds() * PiecedSound.BIT_RATE / 8;
    return best().bytes() + (long) sound;
  }

  private PictureTrack best() {
    return rungs.get(composition.rungs().get(0).label());
  }

  /** The segment of this name; empty when the render has none. */
  public Optional<HlsPart> segment(String name, Library library) throws IOException {
    Place place = places.get(name);
    if (place == null) {
      return Optional.empty();
    }
    if (place.track.isEmpty()) {
      return Optional.of(
          place.number == INIT
              ? SoundSegments.init(library.sound())
              : sound.segment(place.number, library.sound()));
    }
    PictureTrack track = place.track.get();
    return Optional.of(
        place.number == INIT
            ? HlsPart.of(track.init())
            : track.segment(place.number, library.video(track.rung(), track.video(place.number))));
  }

  private static String name(PictureTrack track, int number) {
    return number == INIT
        ? Names.of("init|" + Base64.getEncoder().encodeToString(track.init())) + ".mp4"
        : Names.of(track.describe(number)) + ".m4s";
  }

  private String soundName(int number) {
    return Names.of(sound.describe(number)) + (number == INIT ? ".mp4" : ".m4s");
  }
}
