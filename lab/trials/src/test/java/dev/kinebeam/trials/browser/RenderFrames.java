package dev.kinebeam.trials.browser;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a render of a sample exercise must show, by its picks and its segments. */
public final class RenderFrames {
  private RenderFrames() {}

  /** By frame: the first and the last of each segment, and the first of each repetition. */
  public static Map<Integer, Barcode> of(SampleExercise sample, Render.Outcome outcome) {
    Picks picks = outcome.picks().orElseThrow();
    Map<Integer, Barcode> expected = new TreeMap<>();
    for (Segment segment : outcome.segments()) {
      Clip clip = clip(sample, segment, picks);
      int first = frame(segment.fromSeconds());
      List<Integer> frames = new ArrayList<>(List.of(first, frame(segment.toSeconds()) - 1));
      segment.reps().stream()
          .map(RenderFrames::frame)
          .filter(frame -> frame < frame(segment.toSeconds()))
          .forEach(frames::add);
      for (int frame : frames) {
        expected.put(frame, new Barcode(clip.id(), (frame - first) % sample.frames(clip.slot())));
      }
    }
    return expected;
  }

  private static Clip clip(SampleExercise sample, Segment segment, Picks picks) {
    return switch (segment.kind()) {
      case "intro" -> sample.clip(Slot.INTRO, picks.introVideo());
      case "pauza" -> sample.clip(Slot.PAUZA, picks.pauzaVideo());
      case "outro" -> sample.clip(Slot.OUTRO, picks.outroVideo());
      default ->
          sample.clip(
              segment.side().equals("left") ? Slot.REP_LEFT : Slot.REP_RIGHT,
              picks.sets().get(segment.set()).videoVariant());
    };
  }

  private static int frame(double seconds) {
    return (int) Math.round(seconds * SampleExercise.FPS);
  }
}
