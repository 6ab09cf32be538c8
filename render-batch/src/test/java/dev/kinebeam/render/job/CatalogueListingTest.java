package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.composer.bundle.S3Primitives;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.render.orders.CatalogueOrders;
import dev.kinebeam.render.orders.Estimate;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The orders of a whole catalogue, read from a real PostgreSQL. */
class CatalogueListingTest extends BatchFixture {
  private static final Estimate.Means MEANS = new Estimate.Means(2, 4, Profile.TINY);

  @Test
  void theCatalogueIsItsPreviewsAndWhatWasEverOrdered() throws Exception {
    serve(Optional.empty(), order(GOOD, "left", 10));
    tools.exercises.ensureRepsBased("no-bundle", "No bundle", "media-3");
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    CatalogueListing catalogue;
    try {
      catalogue = list(List.of());
    } finally {
      System.setOut(console);
    }
    // The reader of the database prints the schema that it takes a query to name.
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).doesNotContain("null");
    assertThat(orders(catalogue))
        .containsExactlyInAnyOrder(order(GOOD, "left", 5, "right", 5), order(GOOD, "left", 10));
    assertThat(catalogue.lines()).extracting(OrderLine::place).containsOnly(GOOD);
    assertThat(catalogue.refused())
        .singleElement()
        .satisfies(refusal -> assertThat(refusal.exercise()).isEqualTo("no-bundle"))
        .satisfies(refusal -> assertThat(refusal.reason()).contains("manifest.json"));

    try (RenderTools opened = tools.open()) {
      Estimate estimate = estimate(opened, orders(catalogue), catalogue.refused());
      assertThat(estimate.ready()).isEqualTo(1);
      assertThat(estimate.toRender()).isEqualTo(1);
      // This exercise's right side and pauza have not been rendered yet.
      assertThat(estimate.assumed()).isEqualTo(1);

      JobReport report = serveCatalogue();

      assertThat(counts(report)).isEqualTo("1 rendered, 1 skipped, 0 failed, 1 refused");
      assertThat(report.orders()).isEqualTo(2);
      assertThat(report.failures())
          .singleElement()
          .satisfies(failure -> assertThat(failure.subject()).isEqualTo("no-bundle"))
          .satisfies(failure -> assertThat(failure.reason()).contains("manifest.json"));
      assertThat(refusedExercise()).isEqualTo("no-bundle");
      assertThat(opened.catalogue().progressOfExercises(List.of()).values()).containsExactly(2);
      assertThat(opened.catalogue().progressOfExercises(List.of("no-bundle"))).isEmpty();
      assertThat(
              sum(
                  "SELECT count(*) FROM exercises JOIN exercise_renders"
                      + " ON render_id = catalog_render_id WHERE slug = '"
                      + GOOD
                      + "' AND recipe_hash = '"
                      + order(GOOD, "left", 5, "right", 5).key().recipeHash()
                      + "'"))
          .isEqualTo(1);

      Estimate known = estimate(opened, List.of(order(GOOD, "right", 20, "left", 5)), List.of());
      assertThat(known.assumed()).isZero();
      assertThat(known.measuredRenders()).isEqualTo(2);
      assertThat(known.bytes() / known.videoSeconds())
          .isCloseTo(
              sum("SELECT sum(bytes) FROM exercise_renders") / (13.6 - 5 + 8.6), within(200_000.0));
      assertThat(known.wallSeconds()).isGreaterThan(known.cpuSeconds() / 2);
      assertThat(known.text()).contains("by the latest 2 renders");
      // intro 42, 20 repetitions of 15, pauza 30, 5 repetitions, outro 36 frames
      assertThat(known.videoSeconds()).isEqualTo((42 + 300 + 30 + 75 + 36) / 30.0);
    }
  }

  @Test
  void anExerciseIsReadByItsNameOrRefusedByIt() throws Exception {
    tools.exercises.ensureRepsBased("shelved", "Shelved", "media-4");
    tools.exercises.ensureRepsBased("whole", "Whole", "media-5");
    sql("UPDATE exercises SET kind = 'duration_based' WHERE slug = 'whole'");
    sql("UPDATE exercises SET status = 'archived', asset_version = 3 WHERE slug = '" + GOOD + "'");

    CatalogueListing named = list(List.of(GOOD, "squat", "whole"));

    // An archived exercise is left out of the whole, but may be named.
    assertThat(orders(named)).extracting(ComposeOrder::assetVersion).containsExactly(3);
    assertThat(named.refused())
        .extracting(refusal -> refusal.exercise() + ": " + refusal.reason())
        .satisfiesExactlyInAnyOrder(
            squat -> assertThat(squat).startsWith("squat: ").contains("no exercise squat"),
            whole ->
                assertThat(whole).isEqualTo("whole: whole is one whole video and is not composed"));
    CatalogueListing all = list(List.of());
    assertThat(all.lines()).isEmpty();
    assertThat(all.refused())
        .extracting(CatalogueOrders.Refusal::exercise)
        .containsExactly("shelved");
  }

  /** Every partition is read once: no exercise is lost between two, or met in both. */
  @Test
  void manyExercisesAreReadOnceEachOnFlinkToo() throws Exception {
    sql(
        "INSERT INTO exercises (slug, kind, display_name)"
            + " SELECT 'exercise-' || n, 'reps_based', 'Exercise' FROM generate_series(1, 500) n");
    BatchRunner flink = BatchRunner.onFlink(FlinkSettings.here(2), List.of(), Map.of());

    CatalogueListing listing = CatalogueListing.of(tools.toolbox(), List.of(), flink);

    assertThat(listing.lines()).hasSize(1);
    assertThat(listing.refused()).hasSize(500).doesNotHaveDuplicates();
  }

  @Test
  void bundlesThatCannotBeListedNowStopTheJobAndRefuseNothing() {
    try (ObjectStore unreachable =
        ObjectStore.open(
            new ObjectStoreSettings(
                "assets",
                "eu-central-1",
                Optional.of(URI.create("http://127.0.0.1:1")),
                Optional.of(new ObjectStoreSettings.Credentials("id", "secret"))))) {
      tools.store = folder -> new S3Primitives(unreachable);

      assertThatThrownBy(() -> list(List.of()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the job broke off: ")
          .hasMessageContaining("s3://assets/")
          .hasMessageEndingWith("; start it again and it continues");
    }
  }

  private CatalogueListing list(List<String> exercises) throws IOException {
    return CatalogueListing.of(tools.toolbox(), exercises, BatchRunner.inThisProcess(2, Map.of()));
  }

  private static List<ComposeOrder> orders(CatalogueListing catalogue) {
    return catalogue.lines().stream()
        .map(line -> ((ComposeOrder.Valid) line.parse()).order().with("none", 0))
        .toList();
  }

  private Estimate estimate(
      RenderTools opened, List<ComposeOrder> orders, List<CatalogueOrders.Refusal> refused)
      throws IOException {
    return Estimate.of(
        MEANS, orders, refused, tools.renders, opened.catalogue(), opened.primitives()::list);
  }

  private String refusedExercise() throws IOException {
    byte[] letter = Files.readAllBytes(directory.resolve("results.ndjson.refused"));
    return new String(DeadLetter.decode(letter).originalBytes(), StandardCharsets.UTF_8);
  }
}
