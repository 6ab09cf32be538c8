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

/** What must hold of a composition before anything is made of it. */
final class CompositionRules {
  private static final int MAX_TAKES = 2_000;
  private static final int MAX_RUNGS = 8;
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Becomes a part of paths and keys. */
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,150}");

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
    require(composition.gains() != null, "gains", "gains is not there");
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
    if (!errors.isEmpty()) {
      return;
    }
    checkTakes();
    checkVoices();
    Set<String> labels = new HashSet<>();
    for (Rung rung : composition.rungs()) {
      require(
          LABEL.matcher(rung.label()).matches() && labels.add(rung.label()),
          "rungs",
          "the rung " + rung.label() + " is named twice or not as 720p is");
      checkVideos(rung);
    }
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
  }

  private void checkVoices() {
    Set<String> known = new HashSet<>();
    for (Mezzanine voiceOver : composition.voiceOvers()) {
      checkMezzanine(voiceOver, List.of(Composition.SOUND));
      known.add(voiceOver.name());
    }
    for (Voice voice : composition.voices()) {
      require(
          known.contains(voice.file()) && voice.firstSample() >= 0 && voice.samples() > 0,
          "voices",
          "the voice-over " + voice.file() + " is not there, or plays at no time");
    }
  }

  private void checkVideos(Rung rung) {
    Map<String, Video> videos = new HashMap<>();
    for (Video video : rung.videos()) {
      checkMezzanine(video.mezzanine(), List.of(Composition.PICTURES, Composition.SOUND));
      videos.put(video.mezzanine().name(), video);
      int frames = video.groups().stream().mapToInt(Composition.Group::frames).sum();
      require(
          frames == video.frames() && video.delay() >= 0 && video.delay() <= 16,
          "rungs",
          "%s in %s has %d frames in groups of %d together"
              .formatted(video.mezzanine().name(), rung.label(), video.frames(), frames));
    }
    for (Take take : composition.takes()) {
      Video video = videos.get(take.video());
      require(
          video != null && video.frames() == take.frames(),
          "rungs",
          take.video() + " is not in " + rung.label() + ", or has another length there");
    }
  }

  private void checkMezzanine(Mezzanine mezzanine, List<String> files) {
    require(
        VERSION.matcher(mezzanine.version()).matches()
            && HASH.matcher(mezzanine.source()).matches(),
        "mezzanines",
        mezzanine.name() + " is named " + mezzanine.entry() + "; it must be VERSION/SHA256");
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
