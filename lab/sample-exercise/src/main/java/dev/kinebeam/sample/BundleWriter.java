package dev.kinebeam.sample;

import dev.kinebeam.sample.FileFolder.Work;
import dev.kinebeam.sample.sound.WildTrack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files of a bundle, as a bucket has them. */
final class BundleWriter {
  private final SampleExercise sample;
  private final String slug;
  private final Path directory;

  BundleWriter(SampleExercise sample, String slug, Path directory) {
    this.sample = sample;
    this.slug = slug;
    this.directory = directory;
  }

  void write(BundleProgress progress) throws IOException {
    String parameters = "edition " + SampleExercise.EDITION + "\n" + sample + "\n";
    if (!slug.equals(SampleExercise.SLUG)) {
      parameters += slug + "\n";
    }
    new FileFolder(directory, parameters, allWork()).write(progress);
  }

  private List<Work> allWork() {
    ClipWriter writer = new ClipWriter(sample);
    List<Work> all = new ArrayList<>();
    all.add(new Work("manifest.json", 0, this::writeManifest));
    for (Clip clip : sample.clips()) {
      all.add(
          new Work(
              clip.fileName(),
              clip.frames(),
              file -> writer.writeClip(clip, wildTrack(clip), file)));
    }
    for (VoiceOver voiceOver : sample.voiceOvers()) {
      all.add(
          new Work(voiceOver.fileName(), 1, file -> ClipWriter.writeVoiceOver(voiceOver, file)));
    }
    return all;
  }

  private float[] wildTrack(Clip clip) {
    return WildTrack.breathing(clip.id(), clip.samples(), clip.sampleRate(), sample.repSeconds());
  }

  private void writeManifest(Path file) throws IOException {
    Files.writeString(
        file,
        """
        {
          "exercise": "%s",
          "reps_per_video_block": %d,
          "counts_per_audio_master": %d,
          "sides": ["left", "right"],
          "languages": ["%s"]
        }
        """
            .formatted(
                slug,
                SampleExercise.REPS_PER_BLOCK,
                SampleExercise.COUNTS,
                SampleExercise.LANGUAGE));
  }
}
