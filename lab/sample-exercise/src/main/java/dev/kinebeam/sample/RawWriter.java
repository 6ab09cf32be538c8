package dev.kinebeam.sample;

import dev.kinebeam.sample.FileFolder.Work;
import dev.kinebeam.sample.sound.Tone;
import dev.kinebeam.sample.sound.WildTrack;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * The sample as a filming team hands it over, before anybody has renamed it: Romanian names that
 * are written another way in every variant, and what the coach says in intro, pauza and outro on
 * the videos' own sound tracks.
 */
final class RawWriter {
  /** How loud the room is under the coach's voice on a framing video. */
  private static final float ROOM = 0.35f;

  private final SampleExercise sample;
  private final Path directory;

  RawWriter(SampleExercise sample, Path directory) {
    this.sample = sample;
    this.directory = directory;
  }

  void write(BundleProgress progress) throws IOException {
    String parameters = "raw edition " + SampleExercise.EDITION + "\n" + sample + "\n";
    new FileFolder(directory, parameters, allWork()).write(progress);
  }

  private List<Work> allWork() {
    ClipWriter writer = new ClipWriter(sample);
    List<Work> all = new ArrayList<>();
    for (Slot slot : Slot.values()) {
      for (int variant = 1; variant <= SampleExercise.VARIANTS; variant++) {
        Clip clip = sample.evenClip(slot, variant);
        all.add(
            new Work(
                videoName(slot, variant),
                clip.frames(),
                file -> writer.writeClip(clip, sound(clip), file)));
        if (slot.isReps()) {
          VoiceOver voiceOver = sample.voiceOver(slot, variant);
          all.add(
              new Work(
                  voiceOverName(slot, variant),
                  1,
                  file -> ClipWriter.writeVoiceOver(voiceOver, file)));
        }
      }
    }
    return all;
  }

  /** Only breathing on the repetitions; on the framing also what the voice-over would say. */
  private float[] sound(Clip clip) {
    float[] sound =
        WildTrack.breathing(clip.id(), clip.samples(), clip.sampleRate(), sample.repSeconds());
    if (!clip.slot().isReps()) {
      for (int i = 0; i < sound.length; i++) {
        sound[i] *= ROOM;
      }
      for (Tone tone : sample.voiceOver(clip.slot(), clip.variant()).tones()) {
        tone.addTo(sound, clip.sampleRate());
      }
    }
    return sound;
  }

  static String videoName(Slot slot, int variant) {
    String extension = variant == 3 ? ".MP4" : ".mp4";
    return slot.isReps()
        ? name(variant, "5 " + side(slot, variant)) + extension
        : name(variant, "- " + part(slot, variant)) + extension;
  }

  static String voiceOverName(Slot slot, int variant) {
    return name(variant, "1-20 " + side(slot, variant)) + ".mp3";
  }

  /**
   * The first variant as plain ASCII; the second with composed characters (comma below); the third
   * as an older keyboard (cedilla) and a Mac's file system (decomposed) write it, with underscores.
   */
  private static String name(int variant, String end) {
    return switch (variant) {
      case 1 -> "001 Detensionari Lombare " + end;
      case 2 -> "001 Detension\u0103ri Lombare, \u0219edin\u021ba nou\u0103 " + end + " 2";
      default ->
          Normalizer.normalize(
              ("001 Detension\u0103ri Lombare \u015fedin\u0163a nou\u0103 " + end + " v3")
                  .replace(" - ", " ")
                  .replace(' ', '_'),
              Normalizer.Form.NFD);
    };
  }

  private static String side(Slot slot, int variant) {
    if (slot == Slot.REP_LEFT) {
      return variant == 1 ? "Stanga" : "St\u00e2ng\u0103";
    }
    return variant == 1 ? "Dreapta" : "Dreapt\u0103";
  }

  private static String part(Slot slot, int variant) {
    return switch (slot) {
      case INTRO -> "Intro";
      case PAUZA -> variant == 1 ? "Pauza" : "Pauz\u0103";
      default -> "Outro";
    };
  }
}
