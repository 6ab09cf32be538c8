package dev.kinebeam.sample;

import dev.kinebeam.sample.sound.Tone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The exercise {@value #SLUG}, drawn and sounded by our own code: everything that a filming team
 * would deliver, in a form that can be checked frame by frame and sample by sample.
 *
 * <p>Every slot has three variants. Each frame carries a {@link
 * dev.kinebeam.sample.picture.Barcode} with its clip and index, each count of a repetition
 * voice-over a tone of its own. All clips run at {@value #FPS} fps with stereo sound, except {@code
 * intro-video-2}, which is delivered at 25 fps, two thirds of the size, mono and 44.1 kHz, so that
 * normalising has real work to do.
 *
 * <p>Lengths are whole frames. A repetition block is exactly five repetitions, a repetition
 * voice-over exactly twenty at the same tempo.
 *
 * @param width picture width in pixels, a multiple of 6
 * @param height picture height in pixels, a multiple of 6
 * @param repFrames one repetition, in frames
 * @param introFrames a multiple of 6, so that it is whole at 25 fps too
 * @param pauzaFrames in frames
 * @param outroFrames in frames
 * @param crf x264 rate factor of the delivered clips
 * @param preset x264 preset of the delivered clips
 */
public record SampleExercise(
    int width,
    int height,
    int repFrames,
    int introFrames,
    int pauzaFrames,
    int outroFrames,
    int crf,
    String preset) {

  /** The exercise's slug, and the name of its folder in a bucket. */
  public static final String SLUG = "lumbar-detensioning";

  /** The language that has voice-overs. */
  public static final String LANGUAGE = "ro";

  /** Frames per second of every clip but one. */
  public static final int FPS = 30;

  /** Variants of every slot. */
  public static final int VARIANTS = 3;

  /** Repetitions in a repetition block. */
  public static final int REPS_PER_BLOCK = 5;

  /** Counts in a repetition voice-over. */
  public static final int COUNTS = 20;

  /** Raised when the same parameters draw or sound differently than before. */
  public static final int EDITION = 2;

  private static final int ODD_FPS = 25;
  private static final int ODD_SAMPLE_RATE = 44_100;
  private static final int SAMPLE_RATE = 48_000;
  private static final double LOWEST_COUNT_HERTZ = 600;
  private static final double COUNT_STEP_HERTZ = 20;
  private static final double LOWEST_FRAMING_HERTZ = 350;
  private static final double FRAMING_STEP_HERTZ = 20;

  public SampleExercise {
    if (width % 6 != 0 || height % 6 != 0 || introFrames % 6 != 0) {
      throw new IllegalArgumentException("width, height and introFrames must be multiples of 6");
    }
  }

  /** 384×216 with repetitions of half a second: made in a few seconds, for tests. */
  public static SampleExercise small() {
    return new SampleExercise(384, 216, 15, 42, 30, 36, 20, "superfast");
  }

  /** 192×108 with repetitions of a fifth of a second: made in a moment, for many of them. */
  public static SampleExercise tiny() {
    return new SampleExercise(192, 108, 6, 12, 6, 9, 24, "ultrafast");
  }

  /** 1920×1080 with repetitions of 3.5 s: [left×10, right×10] lasts 96 s, for the demo. */
  public static SampleExercise full() {
    return new SampleExercise(1920, 1080, 105, 300, 210, 270, 16, "ultrafast");
  }

  /**
   * Makes the bundle in a directory, in the layout that filming teams deliver. Files are made under
   * another name and moved when complete; complete files of an earlier call with equal parameters
   * are kept, those of other parameters replaced. Equal parameters give equal bytes on one machine.
   *
   * @throws IOException when a file cannot be written or encoded; a later call continues from there
   */
  public void writeTo(Path directory, BundleProgress progress) throws IOException {
    writeTo(SLUG, directory, progress);
  }

  /** The same under another slug: the manifest names it, the clips are equal. */
  public void writeTo(String slug, Path directory, BundleProgress progress) throws IOException {
    new BundleWriter(this, slug, directory).write(progress);
  }

  /**
   * Makes the raw delivery: 21 files as a filming team hands them over, named in Romanian, with the
   * coach's words on the framing videos' own sound tracks. All clips have the same format. Kept and
   * replaced as by {@link #writeTo}.
   */
  public void writeRawTo(Path directory, BundleProgress progress) throws IOException {
    new RawWriter(this, directory).write(progress);
  }

  /**
   * The same exercise with repetitions this many frames longer, and so with other bytes in every
   * file: to be had as another exercise.
   */
  public SampleExercise slowerBy(int frames) {
    return new SampleExercise(
        width,
        height,
        repFrames + frames,
        introFrames + 6 * frames,
        pauzaFrames + frames,
        outroFrames + frames,
        crf,
        preset);
  }

  /** All videos, in the order of their ids. */
  public List<Clip> clips() {
    List<Clip> clips = new ArrayList<>();
    for (Slot slot : Slot.values()) {
      for (int variant = 1; variant <= VARIANTS; variant++) {
        int id = clips.size() + 1;
        if (slot == Slot.INTRO && variant == 2) {
          int frames = introFrames * ODD_FPS / FPS;
          clips.add(
              new Clip(
                  id,
                  slot,
                  variant,
                  width * 2 / 3,
                  height * 2 / 3,
                  ODD_FPS,
                  frames,
                  ODD_SAMPLE_RATE,
                  1));
        } else {
          clips.add(evenClip(slot, variant));
        }
      }
    }
    return clips;
  }

  /** The video of a slot and variant as a raw delivery has it: no format of its own. */
  Clip evenClip(Slot slot, int variant) {
    int id = List.of(Slot.values()).indexOf(slot) * VARIANTS + variant;
    return new Clip(id, slot, variant, width, height, FPS, frames(slot), SAMPLE_RATE, 2);
  }

  /** The video of a slot and variant. */
  public Clip clip(Slot slot, int variant) {
    return clips().stream()
        .filter(clip -> clip.slot() == slot && clip.variant() == variant)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no variant " + variant));
  }

  /** All voice-overs. */
  public List<VoiceOver> voiceOvers() {
    List<VoiceOver> all = new ArrayList<>();
    for (Slot slot : Slot.values()) {
      for (int variant = 1; variant <= VARIANTS; variant++) {
        all.add(voiceOver(slot, variant));
      }
    }
    return all;
  }

  /** The voice-over of a slot and variant. */
  public VoiceOver voiceOver(Slot slot, int variant) {
    int frames = slot.isReps() ? repFrames * COUNTS : frames(slot);
    int samples = frames * (VoiceOver.SAMPLE_RATE / FPS);
    List<Tone> tones = slot.isReps() ? counts(slot, variant) : chimes(slot, variant, frames);
    return new VoiceOver(slot, variant, LANGUAGE, samples, tones);
  }

  /**
   * Length of a slot's clips in frames at {@value #FPS} fps, also for the clip that is delivered at
   * another rate.
   */
  public int frames(Slot slot) {
    return switch (slot) {
      case INTRO -> introFrames;
      case PAUZA -> pauzaFrames;
      case OUTRO -> outroFrames;
      case REP_LEFT, REP_RIGHT -> repFrames * REPS_PER_BLOCK;
    };
  }

  /** One repetition, in seconds. */
  public double repSeconds() {
    return (double) repFrames / FPS;
  }

  /** Frames between the start of a repetition and its count. */
  public int countOffsetFrames() {
    return Math.max(1, repFrames / 10);
  }

  private List<Tone> counts(Slot slot, int variant) {
    List<Tone> tones = new ArrayList<>();
    int side = slot == Slot.REP_LEFT ? 0 : 1;
    for (int count = 1; count <= COUNTS; count++) {
      int step = ((count - 1) * 2 + side) * VARIANTS + variant - 1;
      double onset = ((count - 1) * repFrames + countOffsetFrames()) / (double) FPS;
      double hertz = LOWEST_COUNT_HERTZ + COUNT_STEP_HERTZ * step;
      tones.add(new Tone(onset, hertz, Math.min(0.6, 0.5 * repSeconds())));
    }
    return tones;
  }

  private List<Tone> chimes(Slot slot, int variant, int frames) {
    List<Tone> tones = new ArrayList<>();
    double hertz = LOWEST_FRAMING_HERTZ + FRAMING_STEP_HERTZ * (clip(slot, variant).id() - 1);
    for (int at = 6; at + 12 <= frames; at += 2 * FPS) {
      tones.add(new Tone(at / (double) FPS, hertz, Math.min(1.2, (frames - at) / (double) FPS)));
    }
    return tones;
  }
}
