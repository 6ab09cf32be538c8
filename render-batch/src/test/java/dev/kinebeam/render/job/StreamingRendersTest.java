package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UuidCoder;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderBulks;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.catalog.db.RenderOutbox;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.render.job.PlannedRender.PrimitiveRef;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.RequestedOrder;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("servers")
class StreamingRendersTest {
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
  private static final Duration ONE_MINUTE = Duration.standardMinutes(1);
  private static final String EXERCISE = "lumbar-detensioning";
  private static final ComposeOrder ORDER =
      new ComposeOrder(
          new Recipe(EXERCISE, "ro", List.of(new SetSpec("left", 5)), null, false), 1, false);

  @TempDir Path directory;

  @Test
  void anOrderIsServedWhileTheStreamContinuesAndItsRepetitionIsAnsweredFromTheCache()
      throws IOException {
    try (TestTools tools = TestTools.start(directory)) {
      tools.exercises.ensureRepsBased(EXERCISE, "Lumbar detensioning", "media-1");
      SampleBundle.copyTo(tools.bundles().resolve(EXERCISE));
      Pipeline pipeline = pipeline();
      PCollection<RenderResult> results =
          pipeline
              .apply(
                  TestStream.create(JsonCoder.of(SubmittedOrder.class))
                      .advanceWatermarkTo(START)
                      .addElements(TimestampedValue.of(given(), START))
                      .advanceWatermarkTo(START.plus(ONE_MINUTE))
                      .addElements(TimestampedValue.of(given(), START.plus(ONE_MINUTE)))
                      .advanceWatermarkToInfinity())
              .apply(RenderJob.Rendering.with(tools.toolbox()));
      PAssert.that(results)
          .satisfies(
              all -> {
                assertThat(all)
                    .hasSize(2)
                    .allSatisfy(
                        result -> assertThat(result.status()).isEqualTo(RenderResult.Status.READY));
                return null;
              });
      pipeline.run().waitUntilFinish();
      assertThat(tools.host.count()).isEqualTo(1);
      assertThat(tools.renders.find(ORDER.key()).orElseThrow().status())
          .isEqualTo(Render.Status.READY);
    }
  }

  @Test
  void anOrderWhoseHostIsUnavailableIsTriedAgainLaterAndHasNoResultYet() throws IOException {
    try (TestTools tools = TestTools.start(directory)) {
      tools.exercises.ensureRepsBased(EXERCISE, "Lumbar detensioning", "media-1");
      SampleBundle.copyTo(tools.bundles().resolve(EXERCISE));
      new RenderOrders(tools.database).request(ORDER, RenderLane.INTERACTIVE, Optional.empty());
      RenderOutbox outbox = new RenderOutbox(tools.database);
      outbox.sent(outbox.due(RenderLane.INTERACTIVE, 1));
      tools.host.hideStatus(true);
      serveFromOutbox(tools, 0);
      Render waiting = tools.renders.find(ORDER.key()).orElseThrow();
      assertThat(waiting.status()).isEqualTo(Render.Status.QUEUED);
      assertThat(waiting.error()).isPresent();
      assertThat(waiting.work().attempts()).isEqualTo(1);
      assertThat(outbox.standing().waiting(RenderLane.INTERACTIVE)).isEqualTo(1);
      assertThat(outbox.due(RenderLane.INTERACTIVE, 1)).as("not at once").isEmpty();

      tools.host.hideStatus(false);
      serveFromOutbox(tools, 1);
      assertThat(tools.renders.find(ORDER.key()).orElseThrow().status())
          .isEqualTo(Render.Status.READY);
    }
  }

  @Test
  void anOrderThatWasCancelledWhileItWaitedIsNotBegun() throws IOException {
    try (TestTools tools = TestTools.start(directory)) {
      tools.exercises.ensureRepsBased(EXERCISE, "Lumbar detensioning", "media-1");
      RenderBulks bulks = new RenderBulks(tools.database);
      bulks.cancel(bulks.order(List.of(ORDER), "me"));
      serveFromOutbox(tools, 1);
      Render cancelled = tools.renders.find(ORDER.key()).orElseThrow();
      assertThat(cancelled.status()).isEqualTo(Render.Status.FAILED);
      assertThat(cancelled.work().attempts()).isZero();
      assertThat(tools.host.count()).isZero();
    }
  }

  private static void serveFromOutbox(TestTools tools, int results) {
    Pipeline pipeline = pipeline();
    PAssert.thatSingleton(
            pipeline
                .apply(Create.of(given()).withCoder(JsonCoder.of(SubmittedOrder.class)))
                .apply(RenderJob.Rendering.with(tools.toolbox()).ofOutbox())
                .apply(Count.globally()))
        .isEqualTo((long) results);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aRenderContinuesWhenItsLastPrimitiveIsDoneAndItsStateIsDeleted() {
    PlannedRender render = planned();
    Pipeline pipeline = pipeline();
    Step<PlannedRender> gathered =
        gather(
            pipeline,
            stream()
                .advanceWatermarkTo(START)
                .addElements(word(render, "a.mp4", START, null))
                .addElements(word(render, "b.mp3", START.plus(ONE_MINUTE), null))
                .advanceWatermarkTo(START.plus(ONE_MINUTE.multipliedBy(30)))
                .advanceWatermarkToInfinity());
    PAssert.that(gathered.continuing()).containsInAnyOrder(render.afterNormalising(2));
    // The timer finds nothing: state went with the last primitive.
    PAssert.that(gathered.settled()).empty();
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aRenderWithAPrimitiveThatCannotBeUsedFailsNamingIt() {
    PlannedRender render = planned();
    Pipeline pipeline = pipeline();
    Step<PlannedRender> gathered =
        gather(
            pipeline,
            stream()
                .addElements(word(render, "a.mp4", START, "a.mp4: has no video stream"))
                .addElements(word(render, "b.mp3", START, null))
                .advanceWatermarkToInfinity());
    PAssert.that(gathered.continuing()).empty();
    PAssert.thatSingleton(gathered.settled())
        .isEqualTo(RenderOutcome.failed(ORDER, "a.mp4: has no video stream"));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aRenderWhosePrimitiveNeverComesFailsAtTheTimeoutAndItsStateIsDeleted() {
    PlannedRender render = planned();
    Pipeline pipeline = pipeline();
    Step<PlannedRender> gathered =
        gather(
            pipeline,
            stream()
                .advanceWatermarkTo(START)
                .addElements(word(render, "a.mp4", START, null))
                .advanceWatermarkTo(START.plus(ONE_MINUTE.multipliedBy(11)))
                // Had anything been kept, this would complete it.
                .addElements(word(render, "b.mp3", START.plus(ONE_MINUTE.multipliedBy(11)), null))
                .advanceWatermarkToInfinity());
    PAssert.that(gathered.continuing()).empty();
    PAssert.that(gathered.settled())
        .satisfies(
            all -> {
              assertThat(all)
                  .hasSize(2)
                  .allSatisfy(
                      outcome ->
                          assertThat(outcome.result().error())
                              .isEqualTo("only 1 of 2 primitives were ready within 10 min"));
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  private static SubmittedOrder given() {
    return new SubmittedOrder(
        UUID.randomUUID(), new RequestedOrder(ORDER.recipe(), ORDER.assetVersion(), false));
  }

  private static Step<PlannedRender> gather(
      Pipeline pipeline, TestStream<KV<UUID, PrimitiveMade>> words) {
    return Step.of(
        pipeline.apply(words),
        "Gather",
        new GatherFn(ONE_MINUTE.multipliedBy(10)),
        NormalizePrimitives.PREPARED,
        PlannedRender.class);
  }

  private static TestStream.Builder<KV<UUID, PrimitiveMade>> stream() {
    return TestStream.create(KvCoder.of(UuidCoder.of(), JsonCoder.of(PrimitiveMade.class)));
  }

  private static TimestampedValue<KV<UUID, PrimitiveMade>> word(
      PlannedRender render, String name, Instant time, String error) {
    return TimestampedValue.of(
        KV.of(
            render.planId(),
            new PrimitiveMade(
                render, name, 1, error == null ? null : new RenderFailure(error, false))),
        time);
  }

  private static PlannedRender planned() {
    return new PlannedRender(
        UUID.fromString("00000000-0000-4000-8000-000000000001"),
        ORDER,
        null,
        List.of(
            new PrimitiveRef(EXERCISE, "a.mp4", "1", true),
            new PrimitiveRef(EXERCISE, "b.mp3", "1", false)),
        0);
  }

  private static Pipeline pipeline() {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(DirectRunner.class);
    return Pipeline.create(options);
  }
}
