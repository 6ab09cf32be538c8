package dev.kinebeam.videohost;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.hls.HlsPart;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.SourceRejected;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Videos of which only the recipe is kept: what players ask for is put together then, out of the
 * mezzanines that all of them share. The renders played last stay open. Safe for use by many
 * threads.
 */
final class Compositions implements AutoCloseable {
  private static final String RECIPE = "recipe.json";
  private static final int MAX_OPEN = 32;

  private final VideoStore videos;
  private final Path bundles;
  private final List<MezzanineCache> ladder;
  private final Set<String> composing = ConcurrentHashMap.newKeySet();
  private final Map<String, Opened> opened = new LinkedHashMap<>(16, 0.75f, true);

  Compositions(VideoStore videos, ComposeSettings settings) {
    this.videos = videos;
    this.bundles = settings.bundles();
    Normalizer normalizer = Normalizer.withDefaults();
    this.ladder =
        settings.ladder().stream()
            .map(
                profile ->
                    new MezzanineCache(
                        settings.mezzanines(),
                        profile,
                        settings.cacheBytes(),
                        normalizer,
                        Clock.systemUTC()))
            .toList();
  }

  /** A render, and how many are reading it now: it is closed by whoever leaves it last. */
  private static final class Opened {
    private final HlsRender render;

    /** Put together again, from another bundle perhaps, it is another version. */
    private final String version = UUID.randomUUID().toString();

    private final Instant opened = Instant.now();
    private int users;
    private boolean forgotten;

    Opened(HlsRender render) {
      this.render = render;
    }

    synchronized boolean enter() {
      if (!forgotten) {
        users++;
      }
      return !forgotten;
    }

    synchronized void leave() throws IOException {
      users--;
      closeIfUnused();
    }

    synchronized void forget() throws IOException {
      forgotten = true;
      closeIfUnused();
    }

    private void closeIfUnused() throws IOException {
      if (forgotten && users == 0) {
        render.close();
      }
    }
  }

  /**
   * Makes a video of a recipe and returns when it can be played.
   *
   * @throws ApiFailure when the recipe, the bundle or a primitive is at fault
   */
  HostedVideo.Picture compose(String guid, byte[] recipeJson) throws ApiFailure, IOException {
    if (!composing.add(guid)) {
      throw new ApiFailure(ApiCall.BAD_REQUEST, "The requested video is being composed");
    }
    HlsRender render = null;
    try {
      render = open(recipeJson);
      Files.write(videos.folder(guid).resolve(RECIPE), recipeJson);
    } catch (IOException | RuntimeException e) {
      if (render != null) {
        render.close();
      }
      throw e;
    } finally {
      composing.remove(guid);
    }
    remember(guid, render);
    return new HostedVideo.Picture(
        (int) Math.round(render.plan().durationSeconds()), render.width(), render.height(), 30);
  }

  /** What exists at a path below the video; empty when there is nothing, or no such video. */
  Optional<Content> content(String guid, String path) throws IOException {
    Opened entered = enter(guid);
    if (entered == null) {
      return Optional.empty();
    }
    Optional<HlsPart> part;
    try {
      part = entered.render.part(path);
    } catch (IOException | RuntimeException e) {
      entered.leave();
      throw e;
    }
    if (part.isEmpty()) {
      entered.leave();
    }
    return part.map(found -> content(found, entered));
  }

  private static Content content(HlsPart part, Opened entered) {
    return new Content() {
      @Override
      public long bytes() {
        return part.bytes();
      }

      @Override
      public String version() {
        return entered.version;
      }

      @Override
      public Instant modified() {
        return entered.opened;
      }

      @Override
      public void copyTo(WritableByteChannel out, long first, long count) throws IOException {
        part.copyTo(out, first, count);
      }

      @Override
      public void close() throws IOException {
        entered.leave();
      }
    };
  }

  /** Null when the video is none of ours. */
  private Opened enter(String guid) throws IOException {
    while (true) {
      Opened known;
      synchronized (opened) {
        known = opened.get(guid);
      }
      if (known != null && known.enter()) {
        return known;
      }
      Path recipe = videos.folder(guid).resolve(RECIPE);
      if (!Files.exists(recipe)) {
        return null;
      }
      try {
        remember(guid, open(Files.readAllBytes(recipe)));
      } catch (ApiFailure e) {
        throw new IOException("video " + guid + " can no longer be composed: " + e.getMessage(), e);
      }
    }
  }

  private void remember(String guid, HlsRender render) throws IOException {
    synchronized (opened) {
      Opened before = opened.put(guid, new Opened(render));
      if (before != null) {
        before.forget();
      }
      Iterator<Opened> oldest = opened.values().iterator();
      while (opened.size() > MAX_OPEN) {
        oldest.next().forget();
        oldest.remove();
      }
    }
  }

  private HlsRender open(byte[] recipeJson) throws ApiFailure, IOException {
    Recipe.Parsed parsed = Recipe.parse(recipeJson);
    if (parsed instanceof Recipe.Invalid invalid) {
      throw refused(invalid.errors());
    }
    Recipe recipe = ((Recipe.Valid) parsed).recipe();
    try {
      BundleDirectory bundle = bundle(recipe.exercise());
      RenderScript script = RenderScript.of(bundle.bundle(), recipe);
      return HlsRender.of(script, bundle::source, ladder, Progress.NONE);
    } catch (BundleDirectory.NotABundle e) {
      throw refused(e.errors());
    } catch (RenderScript.Refused e) {
      throw refused(e.errors());
    } catch (SourceRejected e) {
      throw new ApiFailure(ApiCall.BAD_REQUEST, e.getMessage());
    }
  }

  private BundleDirectory bundle(String exercise) throws IOException {
    Path ofItsOwn = bundles.resolve(exercise);
    return BundleDirectory.open(Files.isDirectory(ofItsOwn) ? ofItsOwn : bundles);
  }

  private static ApiFailure refused(List<FieldError> errors) {
    return new ApiFailure(
        ApiCall.BAD_REQUEST,
        errors.stream().map(FieldError::message).collect(Collectors.joining("; ")));
  }

  /** Closes what has no readers, and the rest when its readers leave. */
  @Override
  public void close() throws IOException {
    synchronized (opened) {
      for (Opened render : opened.values()) {
        render.forget();
      }
      opened.clear();
    }
  }
}
