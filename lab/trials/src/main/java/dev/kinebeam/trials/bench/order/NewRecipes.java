package dev.kinebeam.trials.bench.order;

import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Recipes of one exercise, each different from all before: two, three and four sets by turns, of
 * either side and any number of repetitions.
 */
final class NewRecipes {
  /** How many there are: as often as two sets differ, for each number of sets. */
  static final int MOST = 3 * 8 * 8;

  private static final int[] REPS = {5, 10, 15, 20};
  private static final String[] SIDES = {"left", "right"};
  private static final int SETS = SIDES.length * REPS.length;

  /** An odd factor, so that different numbers give different sets. */
  private static final long SPREAD = 2_654_435_761L;

  private final String exercise;
  private int next;

  NewRecipes(String exercise) {
    this.exercise = exercise;
  }

  List<Recipe> take(int count) {
    List<Recipe> recipes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      recipes.add(take());
    }
    return recipes;
  }

  Recipe take() {
    if (next == MOST) {
      throw new IllegalStateException("there are " + MOST + " recipes, and all have been taken");
    }
    int sets = 2 + next % 3;
    long which = (next / 3 * SPREAD) & ((long) Math.pow(SETS, sets) - 1);
    next++;
    List<SetSpec> chosen = new ArrayList<>();
    for (int set = 0; set < sets; set++) {
      int one = (int) (which % SETS);
      chosen.add(new SetSpec(SIDES[one % SIDES.length], REPS[one / SIDES.length]));
      which /= SETS;
    }
    return new Recipe(exercise, SampleExercise.LANGUAGE, chosen, null, false);
  }
}
