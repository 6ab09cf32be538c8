package dev.kinebeam.composer.hls;

import dev.kinebeam.composer.libav.VideoFormat;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.schemas.render.Composition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
      Composition.Video video, int first, int frames, long from, long bytes, long renderFrame) {}

  private final Composition.Rung rung;
  private final SampleEntry sampleEntry;
  private final List<Segment> segments = new ArrayList<>();

  /** Frames by which presentation runs behind decoding. */
  private final int delay;

  private PictureTrack(Composition.Rung rung) {
    this.rung = rung;
    this.sampleEntry = SampleEntry.of(rung);
    this.delay = rung.videos().stream().mapToInt(Composition.Video::delay).max().orElse(0);
  }

  static PictureTrack of(Composition composition, Composition.Rung rung) {
    PictureTrack track = new PictureTrack(rung);
    Map<String, Composition.Video> videos = new HashMap<>();
    rung.videos().forEach(video -> videos.put(video.mezzanine().name(), video));
    for (Composition.Take take : composition.takes()) {
      track.add(videos.get(take.video()), take.firstFrame());
    }
    return track;
  }

  private void add(Composition.Video video, long renderFrame) {
    int first = 0;
    long from = 0;
    for (Composition.Group group : video.groups()) {
      segments.add(
          new Segment(video, first, group.frames(), from, group.bytes(), renderFrame + first));
      first += group.frames();
      from += group.bytes();
    }
  }

  Composition.Rung rung() {
    return rung;
  }

  byte[] init() {
    int skip = delay * VideoFormat.TICKS_PER_FRAME;
    return InitSegment.ofPictures(sampleEntry, VideoFormat.TIMESCALE, skip);
  }

  /** What the bytes of a segment depend on: equal words mean equal bytes, in whichever render. */
  String describe(int number) {
    Segment segment = segments.get(number);
    return String.join(
        "|",
        "pictures",
        segment.video.mezzanine().part(Composition.PICTURES).sha256(),
        Integer.toString(segment.first),
        Integer.toString(segment.frames),
        Long.toString(segment.renderFrame),
        Integer.toString(delay),
        Integer.toString(number));
  }

  /** Which video a segment is of. */
  Composition.Video video(int number) {
    return segments.get(number).video;
  }

  /** A segment, out of the mezzanine of {@link #video}. */
  HlsPart segment(int number, VideoMezzanine mezzanine) {
    Segment segment = segments.get(number);
    int[] sizes = new int[segment.frames];
    int[] offsets = new int[segment.frames];
    for (int i = 0; i < segment.frames; i++) {
      sizes[i] = mezzanine.size(segment.first + i);
      offsets[i] = mezzanine.presentationOffset(segment.first + i, delay);
    }
    byte[] head =
        Fragment.head(
            number + 1,
            segment.renderFrame * VideoFormat.TICKS_PER_FRAME,
            VideoFormat.TICKS_PER_FRAME,
            sizes,
            offsets);
    return HlsPart.of(head, mezzanine, segment.from, segment.bytes);
  }

  int segments() {
    return segments.size();
  }

  List<Double> seconds() {
    return segments.stream()
        .map(segment -> segment.frames / (double) VideoFormat.FRAMES_PER_SECOND)
        .toList();
  }

  String codec() {
    return sampleEntry.codec();
  }

  /**
   * The peak segment bit rate of RFC 8216, 4.1: the largest one of any neighbouring segments that
   * last 0.5 to 1.5 target durations together. A last segment of one frame, all of it a key
   * picture, is not a peak by itself.
   */
  long peakBitsPerSecond(int targetSeconds) {
    int target = targetSeconds * VideoFormat.FRAMES_PER_SECOND;
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

  /** Of all packets. */
  long bytes() {
    return segments.stream().mapToLong(Segment::bytes).sum();
  }

  long averageBitsPerSecond() {
    long bytes = bytes();
    long frames = segments.stream().mapToLong(Segment::frames).sum();
    return bytes * 8 * VideoFormat.FRAMES_PER_SECOND / frames;
  }
}
