package dev.kinebeam.coreapi.portal;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.schemas.Rfc3339;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An exercise as a patient is answered: in the patient's language where there is one.
 *
 * @param language of the video, which may be another than the patient's
 */
record PortalExercise(
    UUID id,
    String slug,
    String kind,
    @JsonUnwrapped Names names,
    @JsonUnwrapped Terms terms,
    List<Step> instructions,
    List<Caution> contraindications,
    String language,
    @JsonUnwrapped Video video) {

  /**
   * What it is called.
   *
   * @param nameLanguage the language of its name; null for the name that has no translation
   */
  record Names(
      String displayName,
      @Nullable String nameLanguage,
      String description,
      @Nullable Integer difficulty) {}

  /** Its words of the vocabulary. */
  record Terms(List<Term> categories, List<Term> bodyRegions, List<Term> equipment) {}

  record Term(String slug, String name) {}

  /** An instruction; {@code text_language} says which language it is in. */
  record Step(String kind, String text, String textLanguage) {}

  /** A contraindication; {@code text_language} says which language it is in. */
  record Caution(String severity, String text, String textLanguage) {}

  /** The preview: what the tracker sends of it, and where it plays. */
  record Video(
      String mediaId,
      UUID renderId,
      int assetVersion,
      double durationSeconds,
      String host,
      String bunnyVideoId,
      String playbackHlsUrl,
      @Nullable String thumbnailUrl,
      @Nullable String playbackExpiresAt,
      @Nullable String playbackRenewAt) {}

  static PortalExercise of(PortalQuery.Found found, Languages languages, Playback playback) {
    JsonNode details = found.details();
    String usual = found.preview().language();
    return new PortalExercise(
        found.id(),
        found.slug(),
        found.kind(),
        names(details, languages),
        new Terms(
            terms(details.path("categories"), languages),
            terms(details.path("body_regions"), languages),
            terms(details.path("equipment"), languages)),
        steps(details.path("instructions"), languages, usual),
        cautions(details.path("contraindications"), languages, usual),
        usual,
        video(found.preview(), playback));
  }

  private static Names names(JsonNode details, Languages languages) {
    Optional<Languages.Picked> name =
        translated(details.path("translations"), "display_name", languages);
    Optional<Languages.Picked> description =
        translated(details.path("translations"), "description", languages);
    JsonNode difficulty = details.path("difficulty");
    return new Names(
        name.map(Languages.Picked::text).orElse(details.path("display_name").asText()),
        name.map(Languages.Picked::language).orElse(null),
        description.map(Languages.Picked::text).orElse(details.path("description").asText()),
        difficulty.isInt() ? difficulty.asInt() : null);
  }

  /** In a favoured language only: without one, the untranslated text is the better one. */
  private static Optional<Languages.Picked> translated(
      JsonNode translations, String field, Languages languages) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String language : languages.favoured()) {
      JsonNode text = translations.path(language).path(field);
      if (text.isTextual()) {
        texts.put(language, text.asText());
      }
    }
    return languages.pick(texts, "");
  }

  private static List<Term> terms(JsonNode terms, Languages languages) {
    List<Term> all = new ArrayList<>();
    for (JsonNode term : terms) {
      String name =
          translated(term.path("translations"), "name", languages)
              .map(Languages.Picked::text)
              .orElse(term.path("name").asText());
      all.add(new Term(term.path("slug").asText(), name));
    }
    return all;
  }

  private static List<Step> steps(JsonNode instructions, Languages languages, String usual) {
    List<Step> steps = new ArrayList<>();
    for (JsonNode one : instructions) {
      languages
          .pick(texts(one), usual)
          .ifPresent(
              text -> steps.add(new Step(one.path("kind").asText(), text.text(), text.language())));
    }
    return steps;
  }

  private static List<Caution> cautions(JsonNode all, Languages languages, String usual) {
    List<Caution> cautions = new ArrayList<>();
    for (JsonNode one : all) {
      languages
          .pick(texts(one), usual)
          .ifPresent(
              text ->
                  cautions.add(
                      new Caution(one.path("severity").asText(), text.text(), text.language())));
    }
    return cautions;
  }

  private static Map<String, String> texts(JsonNode one) {
    Map<String, String> texts = new LinkedHashMap<>();
    one.path("texts")
        .properties()
        .forEach(text -> texts.put(text.getKey(), text.getValue().asText()));
    return texts;
  }

  private static Video video(PortalQuery.Preview preview, Playback playback) {
    return new Video(
        preview.mediaId(),
        preview.renderId(),
        preview.assetVersion(),
        preview.durationSeconds(),
        preview.host(),
        preview.hostVideoId(),
        playback.hls().toString(),
        playback.thumbnail().map(Object::toString).orElse(null),
        playback.expires().map(Rfc3339::text).orElse(null),
        playback.renewAt().map(Rfc3339::text).orElse(null));
  }
}
