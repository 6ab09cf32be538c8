package dev.kinebeam.schemas.render;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Composition.Mezzanine;
import dev.kinebeam.schemas.render.Composition.Part;
import dev.kinebeam.schemas.render.Composition.Rung;
import dev.kinebeam.schemas.render.Composition.Take;
import dev.kinebeam.schemas.render.Composition.Video;
import dev.kinebeam.schemas.render.Composition.Voice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What must hold of a composition before anything is made of it: that it agrees with itself, and
 * that playlists of it fit into memory. That the sample entries can be decoded is looked at by
 * whoever plays it.
 */
final class CompositionRules {
  private static final int MAX_TAKES = 2_000;
  private static final int MAX_VOICES = 10_000;
  private static final int MAX_RUNGS = 8;
  private static final int MAX_PARTS = 8;

  /** Six hours. */
  private static final long MAX_FRAMES = 6 * 60 * 60 * 30;

  /** Of all qualities together: six hours of two seconds each, in eight. */
  private static final long MAX_SEGMENTS = 100_000;

  private static final int MAX_SIDE = 8_192;
  private static final int MAX_GAIN = 4;
  private static final int MAX_DELAY = 16;
  private static final int MAX_SAMPLE_ENTRY = 8_192;

  /** 16 bit stereo, as raw sound is kept. */
  private static final int BYTES_PER_SAMPLE = 4;

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Becomes a part of paths and keys. */
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,150}");

  /** A primitive's path in its bundle, which becomes a part of keys. */
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*([./][A-Za-z0-9_-]+)*");

  private static final int LONGEST_NAME = 200;

  private static final Pattern LABEL = Pattern.compile("[0-9]{1,5}p");
  private static final Pattern FILE = Pattern.compile("[a-z0-9-]{1,40}([.][a-z0-9]{1,10})?");

  private final Composition composition;
  private final List<FieldError> errors = new ArrayList<>();

  private CompositionRules(Composition composition) {
    this.composition = composition;
  }

  static List<FieldError> check(Composition composition) {
    CompositionRules rules = new CompositionRules(composition);
    try {
      rules.check();
    } catch (NullPointerException e) {
      return List.of(new FieldError("composition", "missing", "the composition lacks a field"));
    }
    return rules.errors;
  }

  private void check() {
    require(
        isGain(composition.gains().wildTrack()) && isGain(composition.gains().voiceOver()),
        "gains",
        "gains are " + composition.gains() + "; each must be 0 to " + MAX_GAIN);
    require(
        Recipe.isSlug(composition.exercise()),
        "exercise",
        "exercise is " + composition.exercise() + "; it must be a slug");
    require(
        Recipe.isLanguage(composition.language()),
        "language",
        "language is " + composition.language() + "; it must be a code");
    require(
        !composition.takes().isEmpty() && composition.takes().size() <= MAX_TAKES,
        "takes",
        "takes has " + composition.takes().size() + " entries; it must have 1 to " + MAX_TAKES);
    require(
        !composition.rungs().isEmpty() && composition.rungs().size() <= MAX_RUNGS,
        "rungs",
        "rungs has " + composition.rungs().size() + " entries; it must have 1 to " + MAX_RUNGS);
    require(
        composition.voices().size() <= MAX_VOICES && composition.voiceOvers().size() <= MAX_VOICES,
        "voices",
        "voices or voice_overs has more than " + MAX_VOICES + " entries");
    if (!errors.isEmpty()) {
      return;
    }
    checkTakes();
    if (!errors.isEmpty()) {
      return;
    }
    checkVoices();
    Set<String> labels = new HashSet<>();
    for (Rung rung : composition.rungs()) {
      require(
          LABEL.matcher(rung.label()).matches() && labels.add(rung.label()),
          "rungs",
          "the rung " + rung.label() + " is named twice or not as 720p is");
      checkRung(rung);
    }
    if (errors.isEmpty()) {
      long segments = composition.rungs().stream().mapToLong(this::segments).sum();
      require(
          segments <= MAX_SEGMENTS,
          "rungs",
          "the rungs have " + segments + " groups to play; the most are " + MAX_SEGMENTS);
    }
  }

  private static boolean isGain(double gain) {
    return gain >= 0 && gain <= MAX_GAIN;
  }

  private long segments(Rung rung) {
    Map<String, Integer> groups = new HashMap<>();
    rung.videos().forEach(video -> groups.put(video.mezzanine().name(), video.groups().size()));
    return composition.takes().stream().mapToLong(take -> groups.get(take.video())).sum();
  }

  private void checkTakes() {
    long at = 0;
    for (Take take : composition.takes()) {
      require(
          take.firstFrame() == at && take.frames() > 0,
          "takes",
          "%s begins at frame %d with %d frames; the takes before end at %d"
              .formatted(take.video(), take.firstFrame(), take.frames(), at));
      at += take.frames();
    }
    require(at <= MAX_FRAMES, "takes", "takes have " + at + " frames; the most are " + MAX_FRAMES);
  }

  private void checkVoices() {
    Set<String> known = new HashSet<>();
    for (Mezzanine voiceOver : composition.voiceOvers()) {
      checkMezzanine(voiceOver, List.of(Composition.SOUND));
      require(
          known.add(voiceOver.name()),
          "voice_overs",
          voiceOver.name() + " is there more than once");
    }
    long end = composition.samples();
    for (Voice voice : composition.voices()) {
      require(
          known.contains(voice.file())
              && voice.firstSample() >= 0
              && voice.samples() > 0
              && voice.firstSample() <= end
              && voice.samples() <= end - voice.firstSample(),
          "voices",
          "the voice-over " + voice.file() + " is not there, or plays outside of the takes");
    }
  }

  private void checkRung(Rung rung) {
    require(
        isSide(rung.width()) && isSide(rung.height()),
        "rungs",
        "%s is %dx%d; sides must be even and 2 to %d"
            .formatted(rung.label(), rung.width(), rung.height(), MAX_SIDE));
    require(
        !rung.sampleEntry().isEmpty() && rung.sampleEntry().length() <= MAX_SAMPLE_ENTRY,
        "rungs",
        "the sample_entry of %s has %d characters; it must have 1 to %d"
            .formatted(rung.label(), rung.sampleEntry().length(), MAX_SAMPLE_ENTRY));
    Map<String, Video> videos = new HashMap<>();
    for (Video video : rung.videos()) {
      checkMezzanine(video.mezzanine(), List.of(Composition.PICTURES, Composition.SOUND));
      checkVideo(rung, video);
      require(
          videos.put(video.mezzanine().name(), video) == null,
          "rungs",
          video.mezzanine().name() + " is in " + rung.label() + " more than once");
    }
    for (Take take : composition.takes()) {
      Video video = videos.get(take.video());
      require(
          video != null && video.frames() == take.frames(),
          "rungs",
          take.video() + " is not in " + rung.label() + ", or has another length there");
    }
  }

  private static boolean isSide(int pixels) {
    return pixels >= 2 && pixels <= MAX_SIDE && pixels % 2 == 0;
  }

  private void checkVideo(Rung rung, Video video) {
    String name = video.mezzanine().name() + " in " + rung.label();
    require(
        video.groups().stream()
            .allMatch(group -> group.frames() > 0 && group.bytes() >= group.frames()),
        "rungs",
        name + " has a group without frames, or with less than a byte for each");
    long frames = video.groups().stream().mapToLong(Composition.Group::frames).sum();
    require(
        frames == video.frames(),
        "rungs",
        "%s has %d frames in groups of %d together".formatted(name, video.frames(), frames));
    require(
        video.delay() >= 0 && video.delay() <= MAX_DELAY,
        "rungs",
        "%s has a delay of %d; it must be 0 to %d".formatted(name, video.delay(), MAX_DELAY));
    if (errors.isEmpty()) {
      checkSizes(name, video);
    }
  }

  private void checkSizes(String name, Video video) {
    long pictures = video.mezzanine().part(Composition.PICTURES).bytes();
    long left = pictures;
    for (Composition.Group group : video.groups()) {
      left -= Math.min(left, group.bytes());
    }
    require(
        left > 0,
        "rungs",
        "%s has groups of more bytes than the %d of its file".formatted(name, pictures));
    long wanted = (long) video.frames() * Composition.SAMPLES_PER_FRAME * BYTES_PER_SAMPLE;
    long sound = video.mezzanine().part(Composition.SOUND).bytes();
    require(
        sound == wanted,
        "rungs",
        "%s has %d bytes of sound; its frames have %d".formatted(name, sound, wanted));
  }

  private void checkMezzanine(Mezzanine mezzanine, List<String> files) {
    require(
        mezzanine.name().length() <= LONGEST_NAME && NAME.matcher(mezzanine.name()).matches(),
        "mezzanines",
        "a mezzanine is named " + mezzanine.name() + "; it must be a path in a bundle");
    require(
        VERSION.matcher(mezzanine.version()).matches()
            && HASH.matcher(mezzanine.source()).matches(),
        "mezzanines",
        mezzanine.name() + " is named " + mezzanine.entry() + "; it must be VERSION/SHA256");
    Set<String> names = new HashSet<>();
    require(
        mezzanine.parts().size() <= MAX_PARTS
            && mezzanine.parts().stream().allMatch(part -> names.add(part.name())),
        "mezzanines",
        mezzanine.name() + " has a part twice, or more than " + MAX_PARTS);
    for (Part part : mezzanine.parts()) {
      require(
          FILE.matcher(part.name()).matches()
              && HASH.matcher(part.sha256()).matches()
              && part.bytes() > 0,
          "mezzanines",
          "a part of " + mezzanine.name() + " is " + part);
    }
    for (String file : files) {
      require(
          mezzanine.parts().stream().anyMatch(part -> part.name().equals(file)),
          "mezzanines",
          mezzanine.name() + " has no " + file);
    }
  }

  private void require(boolean holds, String field, String message) {
    if (!holds && errors.size() < 20) {
      errors.add(new FieldError(field, "not_allowed", message));
    }
  }
}
