package dev.kinebeam.composer.testing;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.compose.EncodingLimit;
import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.hls.HlsPart;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.composer.hls.PlannedComposition;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A presentation with everything that it plays open, fetched by the addresses in its playlists. */
public final class OpenRender implements HlsRender.Library, AutoCloseable {
  private final RenderPlan plan;
  private final HlsRender render;
  private final PinnedMezzanines mezzanines = SampleBundle.pinned();
  private final Map<String, VideoMezzanine> open = new HashMap<>();
  private final PiecedSound sound;

  private OpenRender(RenderPlan plan, Composition composition) throws IOException {
    this.plan = plan;
    this.render = HlsRender.of(composition);
    this.sound =
        PiecedSound.of(
            composition, mezzanines::sound, PiecedSound.keptIn(mezzanines), EncodingLimit.NONE);
  }

  /** As a host opens it: from the composition as it was sent. */
  public static OpenRender of(BundleDirectory bundle, Recipe recipe, List<MezzanineCache> ladder)
      throws IOException, RenderScript.Refused {
    PlannedComposition planned =
        PlannedComposition.of(
            RenderScript.of(bundle.bundle(), recipe), bundle::source, ladder, Progress.NONE);
    Composition.Parsed sent = Composition.parse(Json.bytes(planned.composition()));
    if (sent instanceof Composition.Invalid invalid) {
      throw new AssertionError(invalid.errors().toString());
    }
    return new OpenRender(planned.plan(), ((Composition.Valid) sent).composition());
  }

  public RenderPlan plan() {
    return plan;
  }

  public String init(String folder) {
    return render.segments(folder).get(0);
  }

  /** Without the initialisation. */
  public List<String> segments(String folder) {
    List<String> names = render.segments(folder);
    return names.subList(1, names.size());
  }

  /** What lies at an address of a playlist, or a playlist. */
  public Optional<HlsPart> part(String path) throws IOException {
    Optional<String> playlist = render.playlist(path);
    return playlist.isPresent()
        ? playlist.map(HlsPart::of)
        : render.segment(path.replaceFirst("^\\.\\./\\.\\./\\.\\./s/", ""), this);
  }

  @Override
  public VideoMezzanine video(Composition.Rung rung, Composition.Video video) throws IOException {
    String key = video.mezzanine().entry();
    if (!open.containsKey(key)) {
      open.put(key, mezzanines.video(rung, video));
    }
    return open.get(key);
  }

  @Override
  public PiecedSound sound() {
    return sound;
  }

  @Override
  public void close() throws IOException {
    for (VideoMezzanine mezzanine : open.values()) {
      mezzanine.close();
    }
  }
}
