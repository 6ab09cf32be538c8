package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.compose.Materials;
import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.composer.plan.RenderPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The pictures of a render in one quality, a segment for each group of pictures. Frame <i>n</i> is
 * shown at <i>n</i>/30 s exactly: the edit list of the initialisation takes off by how much
 * presentation runs behind decoding.
 */
final class PictureTrack {
  /**
   * Frames {@code first} to {@code first + frames} of a mezzanine; {@code bytes} from {@code from}.
   */
  private record Segment(
      VideoMezzanine mezzanine, int first, int frames, long from, long bytes, long renderFrame) {}

  private final byte[] sampleEntry;
  private final List<Segment> segments = new ArrayList<>();

  /** Frames by which presentation runs behind decoding. */
  private final int delay;

  private PictureTrack(byte[] sampleEntry, int delay) {
    this.sampleEntry = sampleEntry;
    this.delay = delay;
  }

  static PictureTrack of(RenderPlan plan, Materials materials) throws IOException {
    List<VideoMezzanine> mezzanines =
        plan.takes().stream().map(take -> materials.video(take.video())).toList();
    PictureTrack track =
        new PictureTrack(mezzanines.get(0).sampleEntry(), VideoMezzanine.delayOf(mezzanines));
    for (RenderPlan.Take take : plan.takes()) {
      VideoMezzanine mezzanine = materials.video(take.video());
      if (mezzanine.frames() != take.frames()
          || !Arrays.equals(mezzanine.sampleEntry(), track.sampleEntry)) {
        throw new IOException(
            "the mezzanine of " + take.video() + " does not go with the others of its profile");
      }
      track.add(mezzanine, take.firstFrame());
    }
    return track;
  }

  private void add(VideoMezzanine mezzanine, long renderFrame) {
    int first = 0;
    long from = 0;
    long bytes = 0;
    for (int i = 0; i <= mezzanine.frames(); i++) {
      if (i == mezzanine.frames() || (i > 0 && mezzanine.isKey(i))) {
        segments.add(new Segment(mezzanine, first, i - first, from, bytes, renderFrame + first));
        first = i;
        from += bytes;
        bytes = 0;
      }
      if (i < mezzanine.frames()) {
        bytes += mezzanine.size(i);
      }
    }
  }

  HlsPart init() {
    int skip = delay * VideoFormat.TICKS_PER_FRAME;
    return HlsPart.of(InitSegment.ofPictures(sampleEntry, VideoFormat.TIMESCALE, skip));
  }

  HlsPart segment(int number) {
    Segment segment = segments.get(number);
    int[] sizes = new int[segment.frames];
    int[] offsets = new int[segment.frames];
    for (int i = 0; i < segment.frames; i++) {
      sizes[i] = segment.mezzanine.size(segment.first + i);
      offsets[i] = segment.mezzanine.presentationOffset(segment.first + i, delay);
    }
    byte[] head =
        Fragment.head(
            number + 1,
            segment.renderFrame * VideoFormat.TICKS_PER_FRAME,
            VideoFormat.TICKS_PER_FRAME,
            sizes,
            offsets);
    return HlsPart.of(head, segment.mezzanine, segment.from, segment.bytes);
  }

  int segments() {
    return segments.size();
  }

  List<Double> seconds() {
    return segments.stream()
        .map(segment -> segment.frames / (double) VideoFormat.FRAMES_PER_SECOND)
        .toList();
  }

  int width() {
    return InitSegment.width(sampleEntry);
  }

  int height() {
    return InitSegment.height(sampleEntry);
  }

  /** As RFC 6381 writes it: {@code avc1.} with profile, constraints and level. */
  String codec() {
    String entry = new String(sampleEntry, StandardCharsets.ISO_8859_1);
    int avcC = entry.indexOf("avcC") + 4;
    return String.format(
        Locale.ROOT,
        "avc1.%02x%02x%02x",
        (int) entry.charAt(avcC + 1),
        (int) entry.charAt(avcC + 2),
        (int) entry.charAt(avcC + 3));
  }

  /**
   * The peak segment bit rate of RFC 8216, 4.1: the largest one of any neighbouring segments that
   * last 0.5 to 1.5 target durations together. A last segment of one frame, all of it a key
   * picture, is not a peak by itself.
   */
  long peakBitsPerSecond() {
    int target = Playlists.targetSeconds(seconds()) * VideoFormat.FRAMES_PER_SECOND;
    long peak = averageBitsPerSecond();
    for (int first = 0; first < segments.size(); first++) {
      long bytes = 0;
      long frames = 0;
      for (int next = first; next < segments.size() && 2 * frames < 3L * target; next++) {
        bytes += segments.get(next).bytes;
        frames += segments.get(next).frames;
        if (2 * frames >= target && 2 * frames <= 3L * target) {
          peak = Math.max(peak, bytes * 8 * VideoFormat.FRAMES_PER_SECOND / frames);
        }
      }
    }
    return peak;
  }

  long averageBitsPerSecond() {
    long bytes = segments.stream().mapToLong(Segment::bytes).sum();
    long frames = segments.stream().mapToLong(Segment::frames).sum();
    return bytes * 8 * VideoFormat.FRAMES_PER_SECOND / frames;
  }
}
