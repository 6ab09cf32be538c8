package dev.kinebeam.coreapi.renders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.web.http.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes orders of recipes in requests: of the exercise's present asset version. Whether the
 * exercise's files can serve a recipe is found out by the composer, which fails the render by name.
 */
final class Ordering {
  private final Exercises exercises;
  private final Map<String, Optional<Exercises.Exercise>> found = new HashMap<>();

  /** For one request. */
  Ordering(Exercises exercises) {
    this.exercises = exercises;
  }

  /**
   * The order of a recipe.
   *
   * @param field where the recipe is in the request; empty when it is all of it
   * @throws Problem 400 naming what is wrong with it
   */
  ComposeOrder order(JsonNode recipe, String field) throws Problem {
    return order(recipe(recipe, field), field);
  }

  /**
   * Reads a recipe, which must name its language.
   *
   * @throws Problem 400 naming what is wrong with it
   */
  static Recipe recipe(JsonNode json, String field) throws Problem {
    Recipe.Parsed parsed = Recipe.parse(json);
    if (parsed instanceof Recipe.Invalid invalid) {
      throw refusal(
          invalid.errors().stream()
              .map(e -> new FieldError(within(field, e.field()), e.code(), e.message()))
              .toList());
    }
    Recipe recipe = ((Recipe.Valid) parsed).recipe();
    if (recipe.language() == null) {
      throw refusal(
          List.of(
              new FieldError(
                  within(field, "language"), "required", "language is missing; name it, as ro")));
    }
    return recipe;
  }

  /**
   * The order of a recipe that was read.
   *
   * @throws Problem 400 when there is no exercise of this name to compose
   */
  ComposeOrder order(Recipe recipe, String field) throws Problem {
    return new ComposeOrder(
        recipe, exercise(recipe.exercise(), within(field, "exercise")).assetVersion(), false);
  }

  /**
   * An exercise that is composed of primitives.
   *
   * @throws Problem 400 when there is none of this name
   */
  Exercises.Exercise exercise(String slug, String field) throws Problem {
    Optional<Exercises.Exercise> exercise =
        found.computeIfAbsent(
            slug,
            name -> exercises.find(name).filter(any -> any.kind() == Exercises.Kind.REPS_BASED));
    if (exercise.isEmpty()) {
      throw refusal(
          List.of(
              new FieldError(
                  field, "unknown_exercise", "there is no exercise " + slug + " to compose")));
    }
    return exercise.get();
  }

  private static String within(String field, String part) {
    if (field.isEmpty() || part.isEmpty()) {
      return field + part;
    }
    return field + "." + part;
  }

  private static Problem refusal(List<FieldError> errors) {
    return Problem.invalid(400, "This recipe cannot be ordered.", errors);
  }
}
