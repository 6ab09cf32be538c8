package dev.kinebeam.trials.players;

import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.proof.ExpectedRender;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleFunction;

/**
 * The frames at which one take of a render follows another, and what they show.
 *
 * @param frames by their number in the render: the first and the last of each take
 */
record Joints(Map<Integer, Barcode> frames) {
  static Joints of(SampleExercise sample, ExpectedRender expected) {
    List<Barcode> all = expected.barcodes();
    Map<Integer, Barcode> frames = new TreeMap<>();
    int first = 0;
    for (Clip clip : expected.clips()) {
      int next = first + sample.frames(clip.slot());
      frames.put(first, all.get(first));
      frames.put(next - 1, all.get(next - 1));
      first = next;
    }
    return new Joints(frames);
  }

  /**
   * Where a player shows something else.
   *
   * @param player seeks to so many seconds and returns what it shows
   */
  List<String> wrong(DoubleFunction<Optional<Barcode>> player) {
    List<String> wrong = new ArrayList<>();
    frames.forEach(
        (frame, barcode) -> {
          Optional<Barcode> shown = player.apply((frame + 0.5) / SampleExercise.FPS);
          if (!shown.equals(Optional.of(barcode))) {
            wrong.add("frame " + frame + " shows " + shown + " instead of " + barcode);
          }
        });
    return wrong;
  }
}
