package dev.kinebeam.videohost;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes segments out of mezzanines: those used last stay open, and so do the sounds of the renders
 * played last. A mezzanine that is lost is made again. Thread-safe.
 */
final class Segments implements AutoCloseable {
  private static final int MOST_OPEN = 512;
  private static final int MOST_SOUNDS = 64;

  private final PinnedMezzanines mezzanines;
  private final LostMezzanines lost;
  private final EncodingLimit encoding;
  private final SharedHandles<VideoMezzanine> open = new SharedHandles<>(MOST_OPEN);
  private final Cache<UUID, PiecedSound> sounds =
      Caffeine.newBuilder().maximumSize(MOST_SOUNDS).build();

  Segments(PinnedMezzanines mezzanines, LostMezzanines lost, EncodingLimit encoding) {
    this.mezzanines = mezzanines;
    this.lost = lost;
    this.encoding = encoding;
  }

  /** A segment of a render; empty when it has none of this name. */
  Optional<StreamedBody> segment(UUID id, HlsRender render, String name) throws IOException {
    Reading reading = new Reading(id, render.composition());
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

  /** Writes a render's best quality into an MP4. */
  void write(UUID id, Composition composition, Path file) throws IOException {
    Composition.Rung best = composition.rungs().get(0);
    Map<String, Composition.Video> videos = new HashMap<>();
    best.videos().forEach(video -> videos.put(video.mezzanine().name(), video));
    try (Reading reading = new Reading(id, composition)) {
      List<VideoMezzanine> takes = new ArrayList<>();
      for (Composition.Take take : composition.takes()) {
        takes.add(reading.video(best, videos.get(take.video())));
      }
      Composer.write(takes, reading.sound(), file, Progress.NONE);
    }
  }

  /** What one request reads. */
  private final class Reading implements HlsRender.Library, AutoCloseable {
    private final UUID id;
    private final Composition composition;
    private final Map<String, SharedHandles<VideoMezzanine>.Handle> handles = new HashMap<>();

    Reading(UUID id, Composition composition) {
      this.id = id;
      this.composition = composition;
    }

    @Override
    public VideoMezzanine video(Composition.Rung rung, Composition.Video video) throws IOException {
      String key = video.mezzanine().part(Composition.PICTURES).sha256();
      SharedHandles<VideoMezzanine>.Handle known = handles.get(key);
      if (known == null) {
        known = open.enter(key, () -> found(() -> mezzanines.video(rung, video)));
        handles.put(key, known);
      }
      return known.file();
    }

    @Override
    public PiecedSound sound() throws IOException {
      try {
        return sounds.get(id, unknown -> openSound());
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }

    private PiecedSound openSound() {
      try {
        return PiecedSound.of(composition, this::clip, PiecedSound.keptIn(mezzanines), encoding);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private PcmClip clip(Composition.Mezzanine mezzanine) throws IOException {
      return found(() -> mezzanines.sound(mezzanine));
    }

    /** What is lost is made again, once. */
    private <T> T found(SharedHandles.Opener<T> opener) throws IOException {
      try {
        return opener.open();
      } catch (LostMezzanine e) {
        lost.make(id, composition, e.mezzanine());
        return opener.open();
      }
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

  /** Forgets what is kept of a video that is no more. */
  void forget(UUID id) {
    sounds.invalidate(id);
  }

  @Override
  public void close() {
    open.close();
  }
}
