package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.composer.bundle.PrimitiveStore;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderResult;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RenderJobTest extends BatchFixture {
  private static final String BROKEN = "broken-bridge";

  @Test
  void whatCanBeServedIsServedAndWhatCannotFailsByItself() throws IOException {
    tools.exercises.ensureRepsBased(BROKEN, "Broken bridge", "media-2");
    spoil(SampleBundle.copyTo(tools.bundles().resolve(BROKEN)));
    ComposeOrder good = order(GOOD, "left", 10, "right", 10);
    ComposeOrder short5 = order(GOOD, "right", 5);
    ComposeOrder broken = order(BROKEN, "left", 5);
    ComposeOrder unknown = order("squat", "left", 5);
    ComposeOrder seven = order(GOOD, "left", 7);

    JobReport report =
        serve(Optional.empty(), good, short5, broken, unknown, seven, "{\"exercise\":1}");

    assertThat(counts(report)).isEqualTo("2 rendered, 0 skipped, 3 failed, 1 refused");
    assertThat(report.isComplete()).isFalse();
    assertThat(report.orders()).isEqualTo(5);
    assertThat(report.videoSeconds())
        .isEqualTo(13.6 + result(results(), short5).video().durationSeconds());
    assertThat(report.bytes())
        .isEqualTo(
            tools.host.bytes(result(results(), good).video().hostVideoId())
                + tools.host.bytes(result(results(), short5).video().hostVideoId()));
    assertThat(report.encodingDollars())
        .isCloseTo(report.videoSeconds() / 60 * 0.025, within(1e-9));
    assertThat(report.failures()).hasSize(4);
    assertThat(report.failures().get(0))
        .isEqualTo(
            new JobReport.Failure(
                "orders.ndjson:6",
                "exercise is 1; it must be a slug such as lumbar-detensioning; an order needs"
                    + " sets"));
    assertThat(report.text())
        .contains("5 orders: 2 rendered, 0 ready before, 3 failed, 1 refused")
        .contains("rep-left-video-");
    List<RenderResult> results = results();
    assertThat(results).hasSize(5);
    RenderResult ready = result(results, good);
    assertThat(ready.status()).isEqualTo(RenderResult.Status.READY);
    assertThat(ready.video().frames()).isEqualTo(42 + 150 + 30 + 150 + 36);
    assertThat(ready.video().durationSeconds()).isEqualTo(13.6);
    assertThat(ready.segments()).hasSize(5);
    assertThat(result(results, broken).error()).startsWith("rep-left-video-");
    assertThat(result(results, unknown).error()).contains("no exercise squat");
    assertThat(result(results, seven).error()).contains("sets[0].reps is 7");

    Render row = tools.renders.find(good.key()).orElseThrow();
    assertThat(row.status()).isEqualTo(Render.Status.READY);
    assertThat(row.outcome().orElseThrow().hostVideoId()).isEqualTo(ready.video().hostVideoId());
    assertThat(row.outcome().orElseThrow().segments()).isEqualTo(ready.segments());
    Render failed = tools.renders.find(broken.key()).orElseThrow();
    assertThat(failed.status()).isEqualTo(Render.Status.FAILED);
    assertThat(failed.error().orElseThrow()).startsWith("rep-left-video-");
    assertThat(tools.host.count()).isEqualTo(2);
    assertThat(tools.host.bytes(ready.video().hostVideoId())).isPositive();

    DeadLetter letter =
        DeadLetter.decode(Files.readAllBytes(directory.resolve("results.ndjson.refused")));
    assertThat(letter.reason().field()).isEqualTo("exercise");
    assertThat(letter.originalBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("{\"exercise\":1}");
  }

  @Test
  void whatIsReadyIsSkippedUnlessForced() throws IOException {
    ComposeOrder order = order(GOOD, "left", 5);
    serve(Optional.empty(), order);
    String first = results().get(0).video().hostVideoId();

    assertThat(counts(serve(Optional.empty(), order)))
        .isEqualTo("0 rendered, 1 skipped, 0 failed, 0 refused");
    assertThat(results().get(0).video().hostVideoId()).isEqualTo(first);

    ComposeOrder forced = new ComposeOrder(order.recipe(), order.assetVersion(), true);
    assertThat(counts(serve(Optional.empty(), forced)))
        .isEqualTo("1 rendered, 0 skipped, 0 failed, 0 refused");
    assertThat(results().get(0).video().hostVideoId()).isNotEqualTo(first);
  }

  @Test
  void anOrderIsServedByTheVersionThatItNamesOrNotAtAll() throws Exception {
    ComposeOrder first = order(GOOD, "left", 5);
    serve(Optional.empty(), first);
    RenderResult old = results().get(0);
    sql("UPDATE exercises SET asset_version = 2 WHERE slug = '" + GOOD + "'");

    String unnamed =
        "{\"exercise\":\"%s\",\"sets\":[{\"side\":\"left\",\"reps\":5}]}".formatted(GOOD);
    assertThat(counts(serve(Optional.empty(), unnamed)))
        .isEqualTo("1 rendered, 0 skipped, 0 failed, 0 refused");
    RenderResult present = results().get(0);
    assertThat(present.key().assetVersion()).isEqualTo(2);
    // The manifest's first language, as `compose` has it.
    assertThat(present.key().language()).isEqualTo("ro");
    assertThat(present.video().hostVideoId()).isNotEqualTo(old.video().hostVideoId());
    assertThat(present.video().playbackHlsUrl())
        .isEqualTo("http://localhost/" + present.video().hostVideoId() + "/playlist.m3u8");

    // A video of version 1 there is; one that is not there cannot be made any more.
    assertThat(counts(serve(Optional.empty(), first)))
        .isEqualTo("0 rendered, 1 skipped, 0 failed, 0 refused");
    assertThat(results().get(0).video().hostVideoId()).isEqualTo(old.video().hostVideoId());
    ComposeOrder late = order(GOOD, "right", 5);
    ComposeOrder forced = new ComposeOrder(first.recipe(), 1, true);
    ComposeOrder early = new ComposeOrder(first.recipe(), 3, false);
    assertThat(counts(serve(Optional.empty(), late, forced, early)))
        .isEqualTo("0 rendered, 0 skipped, 3 failed, 0 refused");
    assertThat(results())
        .allSatisfy(
            result -> assertThat(result.error()).contains(GOOD + " has version 2 now", "name 2"));
    assertThat(tools.renders.find(first.key()).orElseThrow().status())
        .isEqualTo(Render.Status.READY);
    assertThat(tools.host.uploads()).isEqualTo(2);
  }

  @Test
  void aRenderWhoseExerciseChangesMeanwhileIsNotRecordedAsEitherVersion() throws Exception {
    ComposeOrder order = order(GOOD, "left", 5);
    try (RenderTools opened = tools.open()) {
      PlannedRender plan = planned(opened, order);
      sql("UPDATE exercises SET asset_version = 2 WHERE slug = '" + GOOD + "'");
      assertThatThrownBy(() -> new Baker(opened).bake(plan))
          .hasMessageContaining("asset_version of " + GOOD + " is 2 and was 1");
    }
    assertThat(tools.host.count()).isZero();
  }

  @Test
  void whatCannotBeAskedWhatWasLeftOutFailsByItselfAndWithoutARow() throws Exception {
    tools.exercises.ensureRepsBased("no-bundle", "No bundle", "media-3");
    String sets = "\"sets\":[{\"side\":\"left\",\"reps\":5}]}";
    assertThat(
            counts(
                serve(
                    Optional.empty(),
                    "{\"exercise\":\"no-bundle\"," + sets,
                    "{\"exercise\":\"squat\"," + sets,
                    order(GOOD, "left", 5))))
        .isEqualTo("1 rendered, 0 skipped, 2 failed, 0 refused");
    assertThat(results())
        .filteredOn(result -> result.error() != null)
        .extracting(RenderResult::error)
        .satisfiesExactlyInAnyOrder(
            error -> assertThat(error).contains("manifest.json"),
            error -> assertThat(error).contains("no exercise squat"));
    assertThat(sum("SELECT count(*) FROM exercise_renders")).isEqualTo(1);
    // It names its key, and so has a row that says why it failed.
    ComposeOrder named = order("no-bundle", "left", 5);
    serve(Optional.empty(), named);
    assertThat(tools.renders.find(named.key()).orElseThrow().status())
        .isEqualTo(Render.Status.FAILED);
  }

  @Test
  void equalOrdersBakeOnce() throws IOException {
    ComposeOrder order = order(GOOD, "right", 10);
    JobReport report = serve(Optional.empty(), order, order, order);
    assertThat(report.rendered()).isEqualTo(1);
    assertThat(tools.host.count()).isEqualTo(1);
  }

  @Test
  void aHostThatFailsIsReportedAndALaterOrderSucceeds() throws IOException {
    ComposeOrder order = order(GOOD, "left", 5);
    tools.host.failWith("no space left");
    assertThat(counts(serve(Optional.empty(), order)))
        .isEqualTo("0 rendered, 0 skipped, 1 failed, 0 refused");
    assertThat(results().get(0).error()).contains("publishing failed").contains("no space left");
    assertThat(tools.host.count()).isZero();
    tools.host.failWith(null);
    assertThat(counts(serve(Optional.empty(), order)))
        .isEqualTo("1 rendered, 0 skipped, 0 failed, 0 refused");
    assertThat(tools.host.count()).isEqualTo(1);
  }

  @Test
  void aRenderIsReadyBeforeThePrimitivesOfOthersAre() throws Exception {
    tools.exercises.ensureRepsBased(BROKEN, "Slow bridge", "media-2");
    Path slow = SampleBundle.copyTo(tools.bundles().resolve(BROKEN)).resolve("manifest.json");
    Files.writeString(slow, Files.readString(slow).replace(GOOD, BROKEN));
    CountDownLatch uploaded = new CountDownLatch(1);
    tools.host.onUpload(uploaded::countDown);
    // One primitive of the slow exercise does not come before the other exercise's video is there.
    tools.store = store -> new HeldIntro(store, BROKEN, uploaded);

    JobReport report = serve(Optional.empty(), order(BROKEN, "left", 5), order(GOOD, "left", 5));

    assertThat(counts(report)).isEqualTo("2 rendered, 0 skipped, 0 failed, 0 refused");
    assertThat(report.primitives()).isEqualTo(12);
  }

  private record HeldIntro(PrimitiveStore store, String slow, CountDownLatch until)
      implements PrimitiveStore {
    @Override
    public List<StoredPrimitive> list(String exercise) throws IOException {
      return store.list(exercise);
    }

    @Override
    public byte[] read(String exercise, String name) throws IOException {
      return store.read(exercise, name);
    }

    @Override
    public void download(String exercise, String name, Path target) throws IOException {
      try {
        if (name.startsWith("intro-video")
            && exercise.equals(slow)
            && !until.await(20, TimeUnit.SECONDS)) {
          throw new IOException("nothing was uploaded meanwhile");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      store.download(exercise, name, target);
    }
  }

  @Test
  void theSameTransformsRunOnFlink() throws IOException {
    ComposeOrder one = order(GOOD, "left", 5);
    ComposeOrder two = order(GOOD, "left", 5, "right", 5);
    JobReport report = serve(Optional.of(FlinkSettings.here(2)), one, two, one, "no order");
    assertThat(counts(report)).isEqualTo("2 rendered, 0 skipped, 0 failed, 1 refused");
    assertThat(results()).hasSize(2);
  }

  @Test
  void nothingIsLeftInTheWorkDirectoryAlsoOfWhatFailed() throws IOException {
    tools.exercises.ensureRepsBased(BROKEN, "Broken bridge", "media-2");
    spoil(SampleBundle.copyTo(tools.bundles().resolve(BROKEN)));
    serve(Optional.empty(), order(GOOD, "left", 5), order(BROKEN, "left", 5));
    tools.host.failWith("no space left");
    serve(Optional.empty(), order(GOOD, "right", 5));
    try (var files = Files.walk(tools.work())) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void theSameForcedOrderThatComesAgainIsAnsweredAndNotRenderedAgain() throws IOException {
    ComposeOrder forced = new ComposeOrder(order(GOOD, "left", 5).recipe(), 1, true);
    PlannedRender plan;
    try (RenderTools opened = tools.open()) {
      plan = planned(opened, forced);
      assertThat(new Baker(opened).bake(plan)).isInstanceOf(RenderOutcome.Rendered.class);
    }
    assertThat(tools.renders.begin(forced).planId()).contains(plan.planId());
  }

  @Test
  void twoJobsAtOnceBakeNothingTwice() throws Exception {
    List<Object> orders = new ArrayList<>();
    for (int reps : new int[] {5, 10, 15, 20}) {
      orders.add(order(GOOD, "left", reps));
      orders.add(order(GOOD, "right", reps));
    }
    // Two toolboxes are two workers: each has claims, scratch and mirror of its own.
    TestTools second = tools.anotherProcess();
    ExecutorService jobs = Executors.newFixedThreadPool(2);
    try {
      Future<JobReport> one = jobs.submit(() -> serve(tools, "one.ndjson", orders));
      Future<JobReport> two = jobs.submit(() -> serve(second, "two.ndjson", orders));
      assertThat(one.get().rendered() + two.get().rendered()).isEqualTo(8);
      assertThat(one.get().skipped() + two.get().skipped()).isEqualTo(8);
    } finally {
      jobs.shutdownNow();
      second.close();
    }
    assertThat(tools.host.uploads()).isEqualTo(8);
    assertThat(sum("SELECT sum(bakes) FROM exercise_renders")).isEqualTo(8);
    assertThat(sum("SELECT count(*) FROM render_claims")).isZero();
  }

  private static PlannedRender planned(RenderTools tools, ComposeOrder order) throws IOException {
    try {
      var listing = tools.primitives().list(GOOD);
      RenderScript script = RenderScript.of(listing.bundle(), order.recipe());
      List<PlannedRender.PrimitiveRef> refs = new ArrayList<>();
      script
          .videos()
          .forEach(
              name ->
                  refs.add(
                      new PlannedRender.PrimitiveRef(
                          GOOD, name, listing.versions().get(name), true)));
      script
          .voiceOvers()
          .forEach(
              name ->
                  refs.add(
                      new PlannedRender.PrimitiveRef(
                          GOOD, name, listing.versions().get(name), false)));
      return new PlannedRender(UUID.randomUUID(), order, script, refs, 0);
    } catch (RenderScript.Refused e) {
      throw new AssertionError(e);
    }
  }

  /** Renames the bundle's exercise and breaks every video of the left side. */
  private static void spoil(Path bundle) throws IOException {
    Path manifest = bundle.resolve("manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace(GOOD, BROKEN));
    for (int variant = 1; variant <= 3; variant++) {
      Path video = bundle.resolve("rep-left-video-" + variant + ".mp4");
      byte[] bytes = Files.readAllBytes(video);
      Files.write(video, Arrays.copyOf(bytes, bytes.length / 2));
    }
  }
}
