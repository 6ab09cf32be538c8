package dev.kinebeam.trials.bulk;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Several sample exercises in folders beside each other, as a bucket has them: the same figure at
 * different tempos, so that no two of them share a primitive.
 *
 * @param root holds a folder for each slug
 */
public record SampleExercises(Path root, List<String> slugs) {
  private static final int[] REPS = {5, 10, 15, 20};

  /** The most orders that {@link #orders} knows for one exercise. */
  static final int MAX_RECIPES = recipes("x").size();

  /**
   * Makes what is missing of them.
   *
   * @param variants of each slot, at most 3
   * @param progress is called for each exercise
   */
  public static SampleExercises make(
      Path root, int count, int variants, SampleExercise first, Consumer<String> progress)
      throws IOException {
    List<String> slugs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String slug = "sample-%02d".formatted(i + 1);
      Path folder = root.resolve(slug);
      first.slowerBy(i).writeTo(slug, folder, BundleProgress.NONE);
      keepVariants(folder, variants);
      slugs.add(slug);
      progress.accept("made " + slug + " (" + (i + 1) + " of " + count + ")");
    }
    return new SampleExercises(root, List.copyOf(slugs));
  }

  private static void keepVariants(Path folder, int variants) throws IOException {
    for (Path file : files(folder)) {
      boolean beyond = false;
      for (int variant = variants + 1; variant <= SampleExercise.VARIANTS; variant++) {
        beyond |= file.toString().matches(".*-" + variant + "\\.mp[34]");
      }
      if (beyond) {
        Files.delete(file);
      }
    }
  }

  /** Brings the bundles into a bucket; returns how many objects that were. */
  public int upload(ObjectStore bucket) throws IOException {
    int uploaded = 0;
    for (String slug : slugs) {
      for (Path file : files(root.resolve(slug))) {
        String name = root.relativize(file).toString();
        bucket.put(name, file, contentType(name));
        uploaded++;
      }
    }
    return uploaded;
  }

  /** The same number of orders of each exercise. */
  List<ComposeOrder> orders(int perExercise) {
    List<ComposeOrder> orders = new ArrayList<>();
    for (String slug : slugs) {
      recipes(slug).stream()
          .limit(perExercise)
          .forEach(recipe -> orders.add(new ComposeOrder(recipe, 1, false)));
    }
    return orders;
  }

  /** Writes orders as {@code render --orders} reads them. */
  static void writeOrders(List<ComposeOrder> orders, Path file) throws IOException {
    Files.write(
        file,
        orders.stream().map(order -> new String(order.encode(), StandardCharsets.UTF_8)).toList());
  }

  /** The clips of one of them, whole videos that an import may take. */
  List<Path> videos() throws IOException {
    return files(root.resolve(slugs.get(0))).stream()
        .filter(file -> file.toString().endsWith(".mp4"))
        .sorted()
        .toList();
  }

  private static List<Recipe> recipes(String slug) {
    List<Recipe> recipes = new ArrayList<>();
    for (int left : REPS) {
      for (int right : REPS) {
        recipes.add(recipe(slug, new SetSpec("left", left), new SetSpec("right", right)));
      }
      recipes.add(recipe(slug, new SetSpec("left", left)));
      recipes.add(recipe(slug, new SetSpec("right", left)));
    }
    return recipes;
  }

  private static Recipe recipe(String slug, SetSpec... sets) {
    return new Recipe(slug, SampleExercise.LANGUAGE, List.of(sets), null, false);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(file -> file.toString().matches(".*\\.(mp4|mp3|json)")).toList();
    }
  }

  private static String contentType(String name) {
    return name.endsWith(".mp4")
        ? "video/mp4"
        : name.endsWith(".mp3") ? "audio/mpeg" : "application/json";
  }
}
