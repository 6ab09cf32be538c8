package dev.kinebeam.trials.demo;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.StoredObject;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.past.PastVideo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.stream.Stream;

/** The sample exercise: made once, kept, and brought to the bucket where it differs. */
final class DemoBundle {
  /** What the demo has composed. */
  static final Recipe RECIPE =
      new Recipe(
          SampleExercise.SLUG,
          SampleExercise.LANGUAGE,
          List.of(new SetSpec("left", 10), new SetSpec("right", 10)),
          null,
          false);

  /** Of the second set; from 0. */
  private static final int HARD_REPETITION = 3;

  private final SampleExercise exercise;
  private final Path directory;

  DemoBundle(SampleExercise exercise, Path directory) {
    this.exercise = exercise;
    this.directory = directory;
  }

  /**
   * Whether what was drawn here before is another exercise than the one to be drawn now: then the
   * renders of the old one must not be taken for renders of the new.
   */
  boolean replacesAnother() throws IOException {
    return Files.exists(drawn()) && !Files.readString(drawn()).equals(edition());
  }

  /** Takes note of what was drawn. */
  void remember() throws IOException {
    Files.writeString(drawn(), edition());
  }

  private Path drawn() {
    return directory.resolveSibling("sample.drawn");
  }

  private String edition() {
    return exercise + " " + SampleExercise.EDITION;
  }

  /** Makes what is missing of the bundle. */
  void make(BundleProgress progress) throws IOException {
    exercise.writeTo(directory, progress);
  }

  /** One of its videos, once it is made. */
  Path anyVideo() throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.filter(file -> file.toString().endsWith(".mp4"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  /** Uploads the files that the bucket has not, or has in another size; returns how many. */
  int upload(ObjectStore assets) throws IOException {
    Map<String, Long> there = new HashMap<>();
    for (StoredObject object : assets.list(SampleExercise.SLUG + "/")) {
      there.put(object.key(), object.bytes());
    }
    List<Path> files;
    try (Stream<Path> tree = Files.walk(directory)) {
      files = tree.filter(file -> file.toString().matches(".*\\.(mp4|mp3|json)")).toList();
    }
    int uploaded = 0;
    for (Path file : files) {
      String name = directory.relativize(file).toString();
      String key = SampleExercise.SLUG + "/" + name;
      if (!Long.valueOf(Files.size(file)).equals(there.get(key))) {
        assets.put(key, file, contentType(name));
        uploaded++;
      }
    }
    return uploaded;
  }

  private static String contentType(String name) {
    return name.endsWith(".mp4")
        ? "video/mp4"
        : name.endsWith(".mp3") ? "audio/mpeg" : "application/json";
  }

  /** How many frames the render of {@link #RECIPE} must have, by the sample's own drawing plan. */
  long expectedFrames() {
    long frames = exercise.frames(Slot.INTRO);
    frames += exercise.frames(Slot.OUTRO);
    for (int i = 0; i < RECIPE.sets().size(); i++) {
      SetSpec set = RECIPE.sets().get(i);
      Slot slot = set.side().equals("left") ? Slot.REP_LEFT : Slot.REP_RIGHT;
      frames += (long) exercise.frames(slot) * set.reps() / SampleExercise.REPS_PER_BLOCK;
      frames += i > 0 ? exercise.frames(Slot.PAUZA) : 0;
    }
    return frames;
  }

  double expectedSeconds() {
    return (double) expectedFrames() / SampleExercise.FPS;
  }

  /** The render of {@link #RECIPE} as it is played; its second set becomes hard. */
  PastVideo video(String mediaId, UUID renderId) {
    double reps = 10 + HARD_REPETITION;
    double framing =
        (double) (exercise.frames(Slot.INTRO) + exercise.frames(Slot.PAUZA)) / SampleExercise.FPS;
    return new PastVideo(
        SampleExercise.SLUG,
        mediaId,
        Optional.of(renderId),
        expectedSeconds(),
        OptionalDouble.of(framing + reps * exercise.repSeconds()));
  }
}
