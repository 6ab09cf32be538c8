package dev.kinebeam.sample.proof;

import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.VoiceOver;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.sound.Tone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a render of the sample must show and sound like, frame by frame and sample by sample,
 * computed from the primitives alone.
 */
public final class ExpectedRender {
  /** Samples per frame of a render: 48 kHz at 30 fps. */
  public static final int SAMPLES_PER_FRAME = Sound.SAMPLE_RATE / SampleExercise.FPS;

  private static final float WILD_GAIN = 0.35f;

  private final SampleExercise sample;
  private final List<Part> parts;

  private ExpectedRender(SampleExercise sample, List<Part> parts) {
    this.sample = sample;
    this.parts = List.copyOf(parts);
  }

  /**
   * A stretch of a render: clips one after the other, under one voice-over that begins with the
   * first.
   */
  public record Part(List<Clip> clips, VoiceOver voiceOver) {
    public Part {
      clips = List.copyOf(clips);
    }

    /** One clip that follows itself so many times. */
    public static Part repeating(Clip clip, int times, VoiceOver voiceOver) {
      return new Part(Collections.nCopies(times, clip), voiceOver);
    }
  }

  /** A tone and where it must begin in the render. */
  public record PlacedTone(Tone tone, double onsetSeconds) {}

  /** The render that consists of these parts. */
  public static ExpectedRender of(SampleExercise sample, List<Part> parts) {
    return new ExpectedRender(sample, parts);
  }

  /** Length in frames at 30 fps. */
  public int frames() {
    return parts.stream().mapToInt(this::frames).sum();
  }

  /** Index of the first frame of each part. */
  public List<Integer> firstFrames() {
    List<Integer> first = new ArrayList<>();
    int frame = 0;
    for (Part part : parts) {
      first.add(frame);
      frame += frames(part);
    }
    return first;
  }

  /** Every clip in the order of playing. */
  public List<Clip> clips() {
    return parts.stream().flatMap(part -> part.clips().stream()).toList();
  }

  /** The barcode of every frame, in order. */
  public List<Barcode> barcodes() {
    List<Barcode> barcodes = new ArrayList<>();
    for (Clip clip : clips()) {
      for (int frame = 0; frame < sample.frames(clip.slot()); frame++) {
        barcodes.add(new Barcode(clip.id(), clip.frameSeenAt(frame, SampleExercise.FPS)));
      }
    }
    return barcodes;
  }

  /** Every tone that begins while its part runs, in order. */
  public List<PlacedTone> tones() {
    List<PlacedTone> tones = new ArrayList<>();
    int frame = 0;
    for (Part part : parts) {
      double start = (double) frame / SampleExercise.FPS;
      double length = (double) frames(part) / SampleExercise.FPS;
      for (Tone tone : part.voiceOver().tones()) {
        if (tone.onsetSeconds() < length) {
          tones.add(new PlacedTone(tone, start + tone.onsetSeconds()));
        }
      }
      frame += frames(part);
    }
    return tones;
  }

  /**
   * The mix before any encoding, both channels averaged: wild track at 0.35 under the voice-over.
   * Stays below the level at which a limiter would act.
   */
  public float[] mix(Path bundle) throws IOException {
    float[] mix = new float[frames() * SAMPLES_PER_FRAME];
    int at = 0;
    for (Part part : parts) {
      Sound voice = MediaReader.sound(bundle.resolve(part.voiceOver().fileName()));
      int start = at;
      for (Clip clip : part.clips()) {
        Sound wild = MediaReader.sound(bundle.resolve(clip.fileName()));
        int length = sample.frames(clip.slot()) * SAMPLES_PER_FRAME;
        for (int i = 0; i < length; i++) {
          mix[at + i] = WILD_GAIN * wild.at(i) + voice.at(at - start + i);
        }
        at += length;
      }
    }
    return mix;
  }

  private int frames(Part part) {
    return part.clips().stream().mapToInt(clip -> sample.frames(clip.slot())).sum();
  }
}
