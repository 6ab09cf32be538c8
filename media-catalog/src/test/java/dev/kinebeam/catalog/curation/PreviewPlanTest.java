package dev.kinebeam.catalog.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreviewPlanTest {
  private static Bundle bundle(List<String> sides, List<String> languages, String... recorded) {
    List<String> files = new ArrayList<>();
    List<String> slots = new ArrayList<>(List.of("intro", "pauza", "outro"));
    sides.forEach(side -> slots.add("rep-" + side));
    for (String slot : slots) {
      files.add(slot + "-video-1.mp4");
      for (String language : recorded) {
        files.add("audio/" + language + "/" + slot + "-vo-1.mp3");
      }
    }
    return Bundle.of(new Manifest("bend", 5, 20, sides, languages, Manifest.Gains.DEFAULT), files);
  }

  @Test
  void aPreviewIsOneBlockOfEachSideInTheManifestsOrder() {
    PreviewPlan plan = PreviewPlan.of(bundle(List.of("right", "left"), List.of("ro"), "ro"));
    assertThat(plan.missing()).isEmpty();
    assertThat(plan.servesFirst()).isTrue();
    assertThat(plan.recipes())
        .containsExactly(
            new Recipe(
                "bend",
                "ro",
                List.of(new SetSpec("right", 5), new SetSpec("left", 5)),
                null,
                false));
  }

  @Test
  void aLanguageWithoutAudioHasNoneAndSaysWhy() {
    Bundle bundle = bundle(List.of("left"), List.of("de", "ro"), "ro");
    PreviewPlan plan = PreviewPlan.of(bundle);
    assertThat(plan.recipes()).extracting(Recipe::language).containsExactly("ro");
    assertThat(plan.servesFirst()).isFalse();
    assertThat(plan.missing()).extracting(FieldError::field).containsOnly("languages.de");
    assertThat(plan.missing())
        .extracting(FieldError::message)
        .anySatisfy(message -> assertThat(message).contains("audio/de/intro-vo-1.mp3"));
  }
}
