package dev.kinebeam.videohost;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.kinebeam.composer.compose.Composer;
import dev.kinebeam.composer.compose.EncodingLimit;
import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.hls.HlsPart;
import dev.kinebeam.composer.hls.HlsRender;
import dev.kinebeam.composer.mezzanine.LostMezzanine;
import dev.kinebeam.composer.mezzanine.PcmClip;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.web.http.StreamedBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes segments out of mezzanines: those used last stay open, and so do the sounds of the renders
 * played last. A mezzanine that is lost is made again. Thread-safe.
 */
final class Segments implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
  private static final int MOST_OPEN = 512;
  private static final int MOST_SOUNDS = 64;
  private static final Duration REMADE_WITHIN = Duration.ofSeconds(2);

  private final PinnedMezzanines mezzanines;
  private final LostMezzanines lost;
  private final EncodingLimit encoding;
  private final SharedHandles<VideoMezzanine> open = new SharedHandles<>(MOST_OPEN);
  private final LongWork<Composition.Mezzanine> remakes =
      new LongWork<>("lost mezzanine", REMADE_WITHIN, Ticker.systemTicker());

  /** By all that they depend on, so that a video that was published again has its own. */
  private final Cache<String, PiecedSound> sounds =
      Caffeine.newBuilder().maximumSize(MOST_SOUNDS).build();

  Segments(PinnedMezzanines mezzanines, LostMezzanines lost, EncodingLimit encoding) {
    this.mezzanines = mezzanines;
    this.lost = lost;
    this.encoding = encoding;
  }

  /**
   * A segment of a render; empty when it has none of this name.
   *
   * @throws LongWork.BusyException while a mezzanine of it is made again
   */
  Optional<StreamedBody> segment(UUID id, HlsRender render, String name) throws IOException {
    return remaking(id, render, () -> read(render, name));
  }

  private Optional<StreamedBody> read(HlsRender render, String name) throws IOException {
    Reading reading = new Reading(render);
    try {
      Optional<HlsPart> part = render.segment(name, reading);
      if (part.isEmpty()) {
        reading.close();
        return Optional.empty();
      }
      return Optional.of(new PartBody(part.get(), reading));
    } catch (IOException | RuntimeException e) {
      reading.close();
      throw e;
    }
  }

  /** Writes a render's best quality into an MP4; takes its time. */
  void write(UUID id, HlsRender render, Path file) throws IOException {
    remaking(id, render, () -> written(render, file));
  }

  private Path written(HlsRender render, Path file) throws IOException {
    Composition composition = render.composition();
    Composition.Rung best = composition.rungs().get(0);
    Map<String, Composition.Video> videos = new HashMap<>();
    best.videos().forEach(video -> videos.put(video.mezzanine().name(), video));
    try (Reading reading = new Reading(render)) {
      List<VideoMezzanine> takes = new ArrayList<>();
      for (Composition.Take take : composition.takes()) {
        takes.add(reading.video(best, videos.get(take.video())));
      }
      Composer.write(takes, reading.openSound(EncodingLimit.NONE), file, Progress.NONE);
    }
    return file;
  }

  /** What is lost is made again, each mezzanine once. */
  private <T> T remaking(UUID id, HlsRender render, SharedHandles.Opener<T> reading)
      throws IOException {
    Set<Composition.Mezzanine> made = new HashSet<>();
    while (true) {
      try {
        return reading.open();
      } catch (LostMezzanine e) {
        if (!made.add(e.mezzanine())) {
          throw new LostMezzanines.LostException(e.getMessage(), e);
        }
        remakes.run(e.mezzanine(), () -> remake(id, render.composition(), e.mezzanine()));
      }
    }
  }

  private void remake(UUID id, Composition composition, Composition.Mezzanine mezzanine)
      throws IOException {
    try {
      lost.make(id, composition, mezzanine);
    } catch (RuntimeException | Error e) {
      LOG.error("{} of the video {} was not made again", mezzanine.name(), id, e);
      throw new LostMezzanines.LostException(
          mezzanine.name() + " is lost and could not be made again: " + e, e);
    }
  }

  /** What one request reads. */
  private final class Reading implements HlsRender.Library, AutoCloseable {
    private final HlsRender render;
    private final Map<String, SharedHandles<VideoMezzanine>.Handle> handles = new HashMap<>();

    Reading(HlsRender render) {
      this.render = render;
    }

    @Override
    public VideoMezzanine video(Composition.Rung rung, Composition.Video video) throws IOException {
      String key = video.mezzanine().part(Composition.PICTURES).sha256();
      SharedHandles<VideoMezzanine>.Handle known = handles.get(key);
      if (known == null) {
        known = open.enter(key, () -> openVideo(rung, video));
        handles.put(key, known);
      }
      return known.file();
    }

    /** While it is made again it is locked; requests do not wait for that. */
    private VideoMezzanine openVideo(Composition.Rung rung, Composition.Video video)
        throws IOException {
      remakes.requireIdle(video.mezzanine());
      return mezzanines.video(rung, video);
    }

    @Override
    public PiecedSound sound() throws IOException {
      try {
        return sounds.get(render.soundName(), unknown -> openSoundUnchecked());
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private PiecedSound openSoundUnchecked() {
      try {
        return openSound(encoding);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private PiecedSound openSound(EncodingLimit limit) throws IOException {
      return PiecedSound.of(
          render.composition(), this::clip, PiecedSound.keptIn(mezzanines), limit);
    }

    private PcmClip clip(Composition.Mezzanine mezzanine) throws IOException {
      remakes.requireIdle(mezzanine);
      return mezzanines.sound(mezzanine);
    }

    @Override
    public void close() {
      handles.values().forEach(SharedHandles.Handle::close);
      handles.clear();
    }
  }

  private record PartBody(HlsPart part, Reading reading) implements StreamedBody {
    @Override
    public long bytes() {
      return part.bytes();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
      return part.read(position, target);
    }

    @Override
    public void close() {
      reading.close();
    }
  }

  @Override
  public void close() {
    remakes.close();
    open.close();
  }
}
