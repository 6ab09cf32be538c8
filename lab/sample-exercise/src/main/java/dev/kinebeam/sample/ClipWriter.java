package dev.kinebeam.sample;

import dev.kinebeam.sample.libav.AudioFormat;
import dev.kinebeam.sample.libav.MediaWriter;
import dev.kinebeam.sample.libav.Picture;
import dev.kinebeam.sample.libav.SampleVideoFormat;
import dev.kinebeam.sample.picture.Stage;
import dev.kinebeam.sample.picture.Take;
import dev.kinebeam.sample.sound.Tone;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/** Draws and encodes the sample's clips and voice-overs. */
final class ClipWriter {
  private static final int WILD_BIT_RATE = 128_000;
  private static final int VOICE_BIT_RATE = 128_000;

  private final SampleExercise sample;

  ClipWriter(SampleExercise sample) {
    this.sample = sample;
  }

  /** {@code sound} is the whole sound track, as long as the clip. */
  void writeClip(Clip clip, float[] sound, Path file) throws IOException {
    SampleVideoFormat video =
        new SampleVideoFormat(
            clip.width(), clip.height(), clip.fps(), sample.crf(), sample.preset());
    AudioFormat audio = new AudioFormat("aac", clip.sampleRate(), clip.channels(), WILD_BIT_RATE);
    Stage stage = new Stage(takeOf(clip));
    try (Picture picture = new Picture(clip.width(), clip.height());
        MediaWriter writer = MediaWriter.mp4(file, video, audio, sound)) {
      for (int frame = 0; frame < clip.frames(); frame++) {
        for (var area : stage.draw(frame)) {
          picture.update(stage.image(), area);
        }
        writer.write(picture);
        if (Thread.interrupted()) {
          throw new InterruptedIOException("interrupted while " + clip.fileName() + " was made");
        }
      }
      writer.finish();
    }
  }

  private Take takeOf(Clip clip) {
    Take.Scene scene =
        switch (clip.slot()) {
          case INTRO -> Take.Scene.INTRO;
          case PAUZA -> Take.Scene.PAUSE;
          case OUTRO -> Take.Scene.OUTRO;
          case REP_LEFT -> Take.Scene.REPS_LEFT;
          case REP_RIGHT -> Take.Scene.REPS_RIGHT;
        };
    return new Take(
        scene,
        clip.variant(),
        clip.id(),
        clip.width(),
        clip.height(),
        clip.fps(),
        clip.frames(),
        sample.repSeconds());
  }

  static void writeVoiceOver(VoiceOver voiceOver, Path file) throws IOException {
    float[] sound = new float[voiceOver.samples()];
    for (Tone tone : voiceOver.tones()) {
      tone.addTo(sound, VoiceOver.SAMPLE_RATE);
    }
    AudioFormat format =
        new AudioFormat("libmp3lame", VoiceOver.SAMPLE_RATE, VoiceOver.CHANNELS, VOICE_BIT_RATE);
    MediaWriter.writeMp3(file, format, sound);
  }
}
