package dev.kinebeam.composer.plan;

import dev.kinebeam.composer.plan.RenderScript.Scene;
import dev.kinebeam.schemas.render.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A script with its times: on which frame of the render each video begins, and on which sample each
 * sound. 30 frames and 48,000 samples per second, so every frame is exactly {@value
 * #SAMPLES_PER_FRAME} samples and every joint falls on a whole one.
 *
 * @param takes the videos in playing order, without gap or overlap
 * @param voices the voice-overs in playing order
 * @param frames length of the render
 * @param segments the segment map
 */
public record RenderPlan(
    RenderScript script,
    List<Take> takes,
    List<Voice> voices,
    long frames,
    List<Segment> segments) {
  public static final int FRAMES_PER_SECOND = 30;
  public static final int SAMPLES_PER_FRAME = 1600;

  /**
   * One playing of one video.
   *
   * @param video file in the bundle
   * @param firstFrame of the render
   * @param frames all of the video's
   */
  public record Take(String video, long firstFrame, int frames) {
    public long firstSample() {
      return firstFrame * SAMPLES_PER_FRAME;
    }

    public long samples() {
      return (long) frames * SAMPLES_PER_FRAME;
    }
  }

  /**
   * One playing of one voice-over; a shorter recording is followed by silence, a longer one cut.
   *
   * @param file in the bundle
   * @param samples at most so many are heard
   */
  public record Voice(String file, long firstSample, long samples) {}

  /**
   * Lays a script out in time.
   *
   * @param framesOf frames of each of the script's videos, 1 or more
   */
  public static RenderPlan of(RenderScript script, Map<String, Integer> framesOf) {
    List<Take> takes = new ArrayList<>();
    List<Voice> voices = new ArrayList<>();
    List<Segment> segments = new ArrayList<>();
    int repsPerBlock = script.manifest().repsPerVideoBlock();
    long at = 0;
    for (Scene scene : script.scenes()) {
      long from = at;
      List<Double> reps = new ArrayList<>();
      for (String video : scene.videos()) {
        int frames = framesOf.get(video);
        takes.add(new Take(video, at, frames));
        for (int rep = 0; rep < repsPerBlock && scene.spec() != null; rep++) {
          reps.add(seconds(at * repsPerBlock + (long) frames * rep, repsPerBlock));
        }
        at += frames;
      }
      if (scene.spec() != null) {
        reps.add(seconds(at, 1));
      }
      voices.add(
          new Voice(scene.voiceOver(), from * SAMPLES_PER_FRAME, (at - from) * SAMPLES_PER_FRAME));
      segments.add(
          new Segment(
              scene.kind(),
              segments.size(),
              scene.spec() == null ? null : scene.spec().side(),
              scene.set(),
              seconds(from, 1),
              seconds(at, 1),
              reps));
    }
    return new RenderPlan(
        script, List.copyOf(takes), List.copyOf(voices), at, List.copyOf(segments));
  }

  public long samples() {
    return frames * SAMPLES_PER_FRAME;
  }

  public double durationSeconds() {
    return seconds(frames, 1);
  }

  /** Frames, given in so many parts of a frame, as seconds rounded to the microsecond. */
  private static double seconds(long parts, int partsPerFrame) {
    long perSecond = (long) FRAMES_PER_SECOND * partsPerFrame;
    long micros = (parts * 1_000_000 + perSecond / 2) / perSecond;
    return micros / 1e6;
  }
}
