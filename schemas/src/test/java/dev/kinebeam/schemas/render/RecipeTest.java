package dev.kinebeam.schemas.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Golden;
import dev.kinebeam.schemas.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
  static final Manifest MANIFEST =
      new Manifest(
          "lumbar-detensioning",
          5,
          20,
          List.of("left", "right"),
          List.of("ro"),
          Manifest.Gains.DEFAULT);

  static List<JsonNode> validRecipes() {
    return Golden.lines("recipes-valid");
  }

  static List<JsonNode> invalidRecipes() {
    return Golden.lines("recipes-invalid");
  }

  static List<JsonNode> validManifests() {
    return Golden.lines("manifests-valid");
  }

  static List<JsonNode> invalidManifests() {
    return Golden.lines("manifests-invalid");
  }

  @ParameterizedTest
  @MethodSource("validRecipes")
  void acceptsAValidRecipe(JsonNode example) {
    assertThat(Golden.schema("recipe").validate(example.get("recipe"))).isEmpty();
    assertThat(Recipe.parse(Json.bytes(example.get("recipe")))).isInstanceOf(Recipe.Valid.class);
  }

  @ParameterizedTest
  @MethodSource("invalidRecipes")
  void refusesAnInvalidRecipeByField(JsonNode example) {
    assertThat(Golden.schema("recipe").validate(example.get("recipe"))).isNotEmpty();
    Recipe.Parsed parsed = Recipe.parse(Json.bytes(example.get("recipe")));
    FieldError error = ((Recipe.Invalid) parsed).errors().get(0);
    assertThat(error.field()).isEqualTo(example.at("/expect/field").asText());
    assertThat(error.code()).isEqualTo(example.at("/expect/code").asText());
  }

  @ParameterizedTest
  @MethodSource("validManifests")
  void acceptsAValidManifest(JsonNode example) {
    assertThat(Golden.schema("manifest").validate(example.get("manifest"))).isEmpty();
    assertThat(Manifest.parse(Json.bytes(example.get("manifest"))))
        .isInstanceOf(Manifest.Valid.class);
  }

  @ParameterizedTest
  @MethodSource("invalidManifests")
  void refusesAnInvalidManifestByField(JsonNode example) {
    assertThat(Golden.schema("manifest").validate(example.get("manifest"))).isNotEmpty();
    Manifest.Parsed parsed = Manifest.parse(Json.bytes(example.get("manifest")));
    FieldError error = ((Manifest.Invalid) parsed).errors().get(0);
    assertThat(error.field()).isEqualTo(example.at("/expect/field").asText());
    assertThat(error.code()).isEqualTo(example.at("/expect/code").asText());
  }

  @Test
  void hashIsTheShaOfTheCanonicalSets() {
    // printf '[{"reps":10,"side":"left"},{"reps":10,"side":"right"}]' | sha256sum
    assertThat(recipe(null).recipeHash())
        .isEqualTo("b3918470aee15a3d1db90ba31a431e6b1c59aa08279b9534509ed045c258590a");
    assertThat(recipe(42L).recipeHash()).isNotEqualTo(recipe(null).recipeHash());
    assertThat(recipe(42L).pickSeed()).isEqualTo(42);
    assertThat(recipe(null).in("en").pickSeed()).isNotEqualTo(recipe(null).pickSeed());
  }

  @Test
  void aRenderIsNamedByItsKeyAlone() {
    RenderKey key = RenderKey.of(recipe(null), 1);
    assertThat(key.renderId()).isEqualTo(RenderKey.of(recipe(null), 1).renderId());
    assertThat(key.renderId()).isNotEqualTo(RenderKey.of(recipe(null), 2).renderId());
    assertThat(key.renderId().version()).isEqualTo(5);
  }

  @Test
  void anOrderComesBackAsItWasSent() {
    ComposeOrder order = new ComposeOrder(recipe(42L), 3, true);
    assertThat(asked(new String(order.encode(), StandardCharsets.UTF_8)))
        .isEqualTo(new RequestedOrder(order.recipe(), 3, true))
        .extracting(asked -> asked.with("en", 4))
        .isEqualTo(order);
    assertThat(ComposeOrder.parse("{}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ComposeOrder.Invalid.class);
  }

  @Test
  void whatAnOrderLeavesOutIsNotGuessed() {
    String sets = "{\"exercise\":\"plank\",\"sets\":[{\"side\":\"left\",\"reps\":5}]";
    RequestedOrder asked = asked(sets + ",\"asset_version\":null}");
    assertThat(asked.namesItsKey()).isFalse();
    assertThat(asked.with("ro", 7).key()).isEqualTo(RenderKey.of(asked.recipe().in("ro"), 7));
    for (String wrong : new String[] {"0", "1.5", "\"2\""}) {
      ComposeOrder.Parsed parsed =
          ComposeOrder.parse(
              (sets + ",\"asset_version\":" + wrong + "}").getBytes(StandardCharsets.UTF_8));
      assertThat(((ComposeOrder.Invalid) parsed).errors().get(0).field())
          .as(wrong)
          .isEqualTo("asset_version");
    }
  }

  @Test
  void aMistypedFieldOfAnOrderIsRefused() {
    String order = "{\"exercise\":\"plank\",\"sets\":[{\"side\":\"left\",\"reps\":5}],";
    assertThat(errors(order + "\"asset-version\":2}"))
        .containsExactly(
            new FieldError(
                "asset-version",
                "unknown_field",
                "there is no field asset-version; an order has exercise, language, sets, seed,"
                    + " variant_chaining, asset_version, force, render_id"));
    assertThat(errors(order + "\"force\":\"yes\"}"))
        .extracting(FieldError::message)
        .containsExactly("force is \"yes\"; it must be true or false");
    assertThat(errors("{\"exercise\":\"plank\",\"sets\":[{\"side\":\"left\",\"repetitions\":5}]}"))
        .extracting(FieldError::field)
        .containsExactly("sets[0].repetitions", "sets[0].reps");
  }

  @Test
  void whatIsNotJsonSaysWhereAndNothingOfTheParser() {
    Recipe.Parsed recipe =
        Recipe.parse(
            "{\n  \"exercise\": \"plank\",\n  \"sets\": [\n".getBytes(StandardCharsets.UTF_8));
    assertThat(((Recipe.Invalid) recipe).errors())
        .extracting(FieldError::message)
        .singleElement()
        .asString()
        .startsWith("the recipe is not JSON: Unexpected end-of-input")
        .contains("(start marker at line 3, column 11)")
        .endsWith(", at line 4, column 1");
    assertThat(errors("{"))
        .extracting(FieldError::message)
        .singleElement()
        .asString()
        .startsWith("an order must be a JSON object, whole on one line; this is not: ")
        .endsWith(", at column 2")
        .doesNotContain("Source");
    assertThat(errors("{} {}"))
        .extracting(FieldError::message)
        .singleElement()
        .asString()
        .startsWith(
            "an order must be a JSON object, whole on one line; this is not: another value follows"
                + " the first");
    assertThat(errors("]")).hasSize(1);
    assertThat(errors("\"sets\"")).extracting(FieldError::code).containsExactly("wrong_type");
  }

  private static List<FieldError> errors(String order) {
    return ((ComposeOrder.Invalid) ComposeOrder.parse(order.getBytes(StandardCharsets.UTF_8)))
        .errors();
  }

  private static RequestedOrder asked(String json) {
    return ((ComposeOrder.Valid) ComposeOrder.parse(json.getBytes(StandardCharsets.UTF_8))).order();
  }

  @Test
  void previewHasOneBlockOfEachSide() {
    assertThat(Recipe.previewOf(MANIFEST, "ro").sets())
        .containsExactly(new SetSpec("left", 5), new SetSpec("right", 5));
  }

  @Test
  void aWholeBundleServesEveryValidRecipe() {
    assertThat(bundle().check(recipe(null))).isEmpty();
    assertThat(bundle().check(sets(new SetSpec("left", 20)))).isEmpty();
  }

  @Test
  void refusesWhatTheExerciseDoesNotHave() {
    assertThat(fields(sets(new SetSpec("left", 7)))).containsExactly("sets[0].reps");
    assertThat(fields(sets(new SetSpec("left", 25)))).containsExactly("sets[0].reps");
    assertThat(fields(sets(new SetSpec("left", 0)))).containsExactly("sets[0].reps");
    assertThat(fields(sets(new SetSpec("up", 5)))).containsExactly("sets[0].side");
    assertThat(fields(recipe(null).in("fr"))).containsExactly("language");
    assertThat(fields(new Recipe("plank", "ro", List.of(new SetSpec("left", 5)), null, false)))
        .containsExactly("exercise");
  }

  @Test
  void namesTheSlotThatHasNoVariant() {
    List<String> files = new ArrayList<>(files());
    files.removeIf(file -> file.startsWith("audio/ro/rep-right-vo"));
    List<FieldError> errors = Bundle.of(MANIFEST, files).check(recipe(null));
    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).code()).isEqualTo("no_variant");
    assertThat(errors.get(0).message()).contains("audio/ro/rep-right-vo");
    assertThat(Bundle.of(MANIFEST, files).check(sets(new SetSpec("left", 5)))).isEmpty();
  }

  @Test
  void findsVariantsByNameAndNothingElse() {
    Bundle bundle =
        Bundle.of(
            MANIFEST,
            List.of(
                "manifest.json",
                ".DS_Store",
                "intro-video-1.mp4",
                "intro-video-12.mp4",
                "intro-video-0.mp4",
                "intro-video-2.mp3",
                "intro-video-1.mp4.tmp",
                "audio/ro/intro-vo-2.mp3",
                "audio/ro/../intro-vo-3.mp3"));
    assertThat(bundle.variants("intro-video")).containsExactly(1, 12);
    assertThat(bundle.variants("audio/ro/intro-vo")).containsExactly(2);
    assertThat(bundle.slots()).hasSize(2);
  }

  private static Recipe recipe(Long seed) {
    return new Recipe(
        "lumbar-detensioning",
        "ro",
        List.of(new SetSpec("left", 10), new SetSpec("right", 10)),
        seed,
        false);
  }

  private static Recipe sets(SetSpec... sets) {
    return new Recipe("lumbar-detensioning", "ro", List.of(sets), null, false);
  }

  private static List<String> fields(Recipe recipe) {
    return bundle().check(recipe).stream().map(FieldError::field).toList();
  }

  private static Bundle bundle() {
    return Bundle.of(MANIFEST, files());
  }

  private static List<String> files() {
    List<String> files = new ArrayList<>(List.of("manifest.json"));
    for (int n = 1; n <= 3; n++) {
      for (String part : List.of("intro", "pauza", "outro", "rep-left", "rep-right")) {
        files.add(part + "-video-" + n + ".mp4");
        files.add("audio/ro/" + part + "-vo-" + n + ".mp3");
      }
    }
    return files;
  }
}
