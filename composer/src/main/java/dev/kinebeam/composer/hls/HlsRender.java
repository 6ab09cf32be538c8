package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.bundle.PrimitiveSource;
import dev.kinebeam.composer.compose.Materials;
import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.composer.plan.RenderScript;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A render that is nowhere as a file: every part of its HLS presentation is made when it is asked
 * for, the pictures out of the mezzanines that it shares with other renders. Time 0 is its first
 * frame and its first sample in every quality. Equal scripts give equal parts. Thread-safe.
 */
public final class HlsRender implements Closeable {
  /** The playlist to begin with. */
  public static final String MASTER_PLAYLIST = "playlist.m3u8";

  static final String MEDIA_PLAYLIST = "video.m3u8";
  static final String INIT = "init.mp4";
  static final String SOUND = "audio";

  private static final Pattern SEGMENT = Pattern.compile("segment(0|[1-9][0-9]{0,5})\\.m4s");

  private final RenderPlan plan;
  private final List<Materials> opened;
  private final Map<String, PictureTrack> rungs;
  private final SoundSegments sound;

  private HlsRender(
      RenderPlan plan,
      List<Materials> opened,
      Map<String, PictureTrack> rungs,
      SoundSegments sound) {
    this.plan = plan;
    this.opened = opened;
    this.rungs = rungs;
    this.sound = sound;
  }

  /**
   * Opens what a script plays in every quality, making what is missing.
   *
   * @param sources finds a primitive by its name in the bundle
   * @param ladder one cache per quality, the best first; the first one's wild tracks are heard
   * @throws dev.kinebeam.composer.mezzanine.SourceRejected when a primitive cannot be used
   */
  public static HlsRender of(
      RenderScript script,
      Function<String, PrimitiveSource> sources,
      List<MezzanineCache> ladder,
      Progress progress)
      throws IOException {
    Map<String, PrimitiveSource> once = new ConcurrentHashMap<>();
    List<Materials> opened = new ArrayList<>();
    try {
      Map<String, PictureTrack> rungs = new LinkedHashMap<>();
      RenderPlan plan = null;
      for (MezzanineCache cache : ladder) {
        Materials materials =
            Materials.gather(
                script,
                name -> once.computeIfAbsent(name, n -> HashedOnce.of(sources.apply(n))),
                cache,
                progress);
        opened.add(materials);
        if (plan == null) {
          plan = RenderPlan.of(script, materials.framesOfVideos());
        }
        rungs.put(cache.profile().label(), PictureTrack.of(plan, materials));
      }
      PiecedSound sound = PiecedSound.of(plan, opened.get(0), PiecedSound.keptIn(ladder.get(0)));
      return new HlsRender(plan, opened, rungs, new SoundSegments(sound));
    } catch (IOException | RuntimeException e) {
      closeAll(opened);
      throw e;
    }
  }

  /** With picks and segment map. */
  public RenderPlan plan() {
    return plan;
  }

  /** Width of the best quality. */
  public int width() {
    return rungs.values().iterator().next().width();
  }

  /** Height of the best quality. */
  public int height() {
    return rungs.values().iterator().next().height();
  }

  /** Names of the qualities, the best first. */
  public List<String> qualities() {
    return List.copyOf(rungs.keySet());
  }

  /**
   * What lies at a path below the render's address, such as {@value #MASTER_PLAYLIST} or {@code
   * 720p/segment3.m4s}; empty when there is no such thing.
   */
  public Optional<HlsPart> part(String path) throws IOException {
    if (path.equals(MASTER_PLAYLIST)) {
      String language = plan.script().recipe().language();
      return Optional.of(HlsPart.of(Playlists.master(rungs, language)));
    }
    int slash = path.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    String folder = path.substring(0, slash);
    String name = path.substring(slash + 1);
    if (folder.equals(SOUND)) {
      return soundPart(name);
    }
    PictureTrack track = rungs.get(folder);
    return track == null ? Optional.empty() : picturePart(track, name);
  }

  private Optional<HlsPart> soundPart(String name) throws IOException {
    if (name.equals(MEDIA_PLAYLIST)) {
      return Optional.of(HlsPart.of(Playlists.media(sound.seconds())));
    }
    if (name.equals(INIT)) {
      return Optional.of(sound.init());
    }
    int number = number(name);
    return number >= 0 && number < sound.segments()
        ? Optional.of(sound.segment(number))
        : Optional.empty();
  }

  private static Optional<HlsPart> picturePart(PictureTrack track, String name) {
    if (name.equals(MEDIA_PLAYLIST)) {
      return Optional.of(HlsPart.of(Playlists.media(track.seconds())));
    }
    if (name.equals(INIT)) {
      return Optional.of(track.init());
    }
    int number = number(name);
    return number >= 0 && number < track.segments()
        ? Optional.of(track.segment(number))
        : Optional.empty();
  }

  static String segmentName(int number) {
    return "segment" + number + ".m4s";
  }

  /** −1 for any name but a segment's. */
  private static int number(String name) {
    Matcher matcher = SEGMENT.matcher(name);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  private static void closeAll(List<Materials> opened) throws IOException {
    for (Materials materials : opened) {
      materials.close();
    }
  }

  /** Releases the mezzanines; parts that were handed out can no longer be copied. */
  @Override
  public void close() throws IOException {
    closeAll(opened);
  }
}
