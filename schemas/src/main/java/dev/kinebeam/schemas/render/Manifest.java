package dev.kinebeam.schemas.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code manifest.json}: what the filming team promises of a bundle.
 *
 * @param repsPerVideoBlock repetitions in each rep video
 * @param countsPerAudioMaster counts in each rep voice-over; the most repetitions of a set
 * @param gains how loud the two tracks are mixed
 */
public record Manifest(
    String exercise,
    int repsPerVideoBlock,
    int countsPerAudioMaster,
    List<String> sides,
    List<String> languages,
    Gains gains) {

  /** Linear factors of the wild track (breathing) and of the voice-over. */
  public record Gains(double wildTrack, double voiceOver) {
    /** Breathing stays audible below the voice, which dominates. */
    public static final Gains DEFAULT = new Gains(0.35, 1.0);
  }

  /** The verdict over a manifest's JSON. */
  public sealed interface Parsed {}

  /** Usable. */
  public record Valid(Manifest manifest) implements Parsed {}

  /** Everything that is wrong, never empty. */
  public record Invalid(List<FieldError> errors) implements Parsed {}

  /** Reads and checks a manifest. */
  public static Parsed parse(byte[] json) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return new Invalid(
          List.of(
              new FieldError(
                  "", "not_json", "manifest.json is not JSON: " + Json.reasonAndPlace(e))));
    } catch (IOException e) {
      return new Invalid(
          List.of(new FieldError("", "not_json", "manifest.json is not JSON: " + e.getMessage())));
    }
    if (root == null || !root.isObject()) {
      return new Invalid(
          List.of(new FieldError("", "wrong_type", "manifest.json must hold a JSON object")));
    }
    return new Reader(root).read();
  }

  private static final class Reader {
    private final JsonNode root;
    private final List<FieldError> errors = new ArrayList<>();

    private Reader(JsonNode root) {
      this.root = root;
    }

    private Parsed read() {
      String exercise = root.path("exercise").asText(null);
      if (!root.path("exercise").isTextual() || !Recipe.isSlug(exercise)) {
        fail("exercise", "bad_format", "exercise is " + exercise + "; it must be a slug");
      }
      int reps = whole("reps_per_video_block");
      int counts = whole("counts_per_audio_master");
      if (errors.isEmpty() && counts % reps != 0) {
        fail(
            "counts_per_audio_master",
            "out_of_range",
            "counts_per_audio_master is " + counts + "; it must be a multiple of " + reps);
      }
      List<String> sides = words("sides");
      for (String side : sides) {
        if (!Recipe.isSide(side)) {
          fail("sides", "bad_format", "sides holds " + side + "; a side is a lower-case word");
        }
      }
      List<String> languages = words("languages");
      for (String language : languages) {
        if (!Recipe.isLanguage(language)) {
          fail("languages", "bad_format", "languages holds " + language + "; it must be a code");
        }
      }
      Gains gains =
          new Gains(
              gain("wild_track", Gains.DEFAULT.wildTrack()),
              gain("voice_over", Gains.DEFAULT.voiceOver()));
      return errors.isEmpty()
          ? new Valid(new Manifest(exercise, reps, counts, sides, languages, gains))
          : new Invalid(List.copyOf(errors));
    }

    private int whole(String name) {
      JsonNode node = root.path(name);
      if (node.isIntegralNumber()
          && node.canConvertToInt()
          && node.intValue() >= 1
          && node.intValue() <= 1000) {
        return node.intValue();
      }
      fail(
          name,
          node.isMissingNode() ? "missing" : "out_of_range",
          name + " is " + (node.isMissingNode() ? "not there" : node) + "; it must be 1 to 1000");
      return 1;
    }

    private List<String> words(String name) {
      List<String> words = new ArrayList<>();
      JsonNode list = root.path(name);
      for (JsonNode node : list) {
        if (node.isTextual()) {
          words.add(node.asText());
        } else {
          fail(name, "wrong_type", name + " holds " + node + "; it must hold words");
        }
      }
      if (!list.isArray() || list.isEmpty()) {
        fail(name, "missing", name + " must be a list of one or more");
      }
      if (words.stream().distinct().count() != words.size()) {
        fail(name, "not_allowed", name + " names one of its entries twice: " + words);
      }
      return List.copyOf(words);
    }

    private double gain(String name, double normal) {
      if (!root.path("gains").isMissingNode() && !root.path("gains").isObject()) {
        fail("gains", "wrong_type", "gains is " + root.path("gains") + "; it must be an object");
        return normal;
      }
      JsonNode node = root.path("gains").path(name);
      if (node.isMissingNode()) {
        return normal;
      }
      if (!node.isNumber() || !(node.doubleValue() >= 0 && node.doubleValue() <= 4)) {
        fail(
            "gains." + name,
            "out_of_range",
            "gains." + name + " is " + node + "; it must be 0 to 4");
        return normal;
      }
      return node.doubleValue();
    }

    private void fail(String field, String code, String message) {
      errors.add(new FieldError(field, code, message));
    }
  }
}
