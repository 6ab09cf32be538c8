package dev.kinebeam.schemas.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One render request: which sets of which exercise, in which language.
 *
 * @param exercise slug of the exercise
 * @param language null for the manifest's first
 * @param sets in playing order; 1 to {@link #MAX_SETS}
 * @param seed given by the caller, or null for the one derived from the key
 * @param variantChaining whether each block of a set picks its own video variant
 */
public record Recipe(
    String exercise,
    @Nullable String language,
    List<SetSpec> sets,
    @Nullable Long seed,
    boolean variantChaining) {
  /** More sets than anyone prescribes; it bounds what one request may cost. */
  public static final int MAX_SETS = 20;

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern SIDE = Pattern.compile("[a-z]{1,20}");
  private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}(-[A-Z]{2})?");

  public Recipe {
    sets = List.copyOf(sets);
  }

  /** The verdict over a recipe's JSON. */
  public sealed interface Parsed {}

  /** Well formed; {@link Bundle#check} finds out whether the exercise can serve it. */
  public record Valid(Recipe recipe) implements Parsed {}

  /** Everything that is wrong, never empty. */
  public record Invalid(List<FieldError> errors) implements Parsed {}

  /** Whether {@code slug} may name an exercise; it also keeps paths free of surprises. */
  public static boolean isSlug(@Nullable String slug) {
    return slug != null && slug.length() <= 100 && SLUG.matcher(slug).matches();
  }

  static boolean isSide(@Nullable String side) {
    return side != null && SIDE.matcher(side).matches();
  }

  /** Whether {@code language} may name a language: {@code ro}, {@code pt-BR}. */
  public static boolean isLanguage(@Nullable String language) {
    return language != null && LANGUAGE.matcher(language).matches();
  }

  /**
   * Reads {@code {"exercise", "language"?, "sets":[{"side","reps"}], "seed"?, …}}. A field that is
   * not known is refused: it is a mistyped one, and ignoring it would make another video.
   */
  public static Parsed parse(byte[] json) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return invalid("not_json", "the recipe is not JSON: " + Json.reasonAndPlace(e));
    } catch (IOException e) {
      return invalid("not_json", "the recipe is not JSON: " + e.getMessage());
    }
    return parse(root);
  }

  /** As {@link #parse(byte[])}, of JSON that was read already. */
  public static Parsed parse(@Nullable JsonNode root) {
    if (root == null || !root.isObject()) {
      return invalid("wrong_type", "a recipe must be a JSON object");
    }
    return new RecipeReader(root, "a recipe", List.of()).read();
  }

  private static Invalid invalid(String code, String message) {
    return new Invalid(List.of(new FieldError("", code, message)));
  }

  /** This recipe with its language named. */
  public Recipe in(String chosenLanguage) {
    return new Recipe(exercise, chosenLanguage, sets, seed, variantChaining);
  }

  /**
   * Hex SHA-256 of the canonical JSON of what makes the render: the list of sets, keys sorted and
   * without spaces. A seed of the caller's own or chained variants make another video, so they join
   * the hash where they are given; recipes without them hash as the plain list.
   */
  public String recipeHash() {
    StringBuilder canonical = new StringBuilder("[");
    for (SetSpec set : sets) {
      if (canonical.length() > 1) {
        canonical.append(',');
      }
      canonical.append("{\"reps\":").append(set.reps());
      canonical.append(",\"side\":\"").append(set.side()).append("\"}");
    }
    canonical.append(']');
    if (seed != null || variantChaining) {
      canonical.insert(0, "\"sets\":");
      if (seed != null) {
        canonical.insert(0, "\"seed\":" + seed + ",");
      }
      canonical.insert(0, '{');
      if (variantChaining) {
        canonical.append(",\"variant_chaining\":true");
      }
      canonical.append('}');
    }
    return HexFormat.of().formatHex(sha256(canonical.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The seed of every pick: the caller's, else the first 8 bytes (big-endian) of SHA-256(exercise ‖
   * 0 ‖ recipe hash ‖ 0 ‖ language).
   */
  public long pickSeed() {
    if (seed != null) {
      return seed;
    }
    String name = exercise + '\0' + recipeHash() + '\0' + language;
    return ByteBuffer.wrap(sha256(name.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  /** The request's JSON form. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("exercise", exercise);
    if (language != null) {
      json.put("language", language);
    }
    json.set("sets", Json.MAPPER.valueToTree(sets));
    if (seed != null) {
      json.put("seed", seed);
    }
    if (variantChaining) {
      json.put("variant_chaining", true);
    }
    return json;
  }

  /** The catalogue preview: one block of each side, in the manifest's order. */
  public static Recipe previewOf(Manifest manifest, String language) {
    List<SetSpec> sets = new ArrayList<>();
    for (String side : manifest.sides()) {
      sets.add(new SetSpec(side, manifest.repsPerVideoBlock()));
    }
    return new Recipe(manifest.exercise(), language, sets, null, false);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
