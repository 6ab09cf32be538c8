package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.CreatedVideos.Creation;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderStep;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.render.hosting.Claims;
import dev.kinebeam.render.hosting.ExpectedLength;
import dev.kinebeam.render.job.RenderOutcome.Rendered;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Manifest;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderResult.RenderTimings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bakes one render under its claim: composes it, publishes it and records it as ready; a video that
 * is not recorded is removed again. The claim is taken and released within one call, so that no
 * caller waits for a claim while it holds another.
 */
final class Baker {
  private static final Logger LOG = LoggerFactory.getLogger(Baker.class);

  private final RenderTools tools;
  private final Results results;
  private final Composing composing;

  Baker(RenderTools tools) {
    this.tools = tools;
    this.results = new Results(tools);
    this.composing = new Composing(tools);
  }

  /**
   * The outcome; when it is {@link Rendered} its row stands.
   *
   * @throws IOException the reason why it cannot be made
   */
  RenderOutcome bake(PlannedRender render) throws IOException {
    ComposeOrder order = render.order();
    Optional<Claims.Claim> claim =
        tools
            .claims()
            .take(
                order.renderId(),
                render.planId(),
                title(render),
                () -> !order.force() && ready(order).isPresent(),
                tools.longestBake());
    if (claim.isEmpty()) {
      return results.already(
          order,
          ready(order)
              .orElseThrow(
                  () ->
                      new IOException(
                          "the render was ready and has no row any more; order it again")));
    }
    try (Claims.Claim held = claim.get()) {
      if (!order.force()) {
        // Made by another while this one was planned and its primitives were made.
        Optional<Render> done = tools.retrier().run(() -> ready(order));
        if (done.isPresent()) {
          return results.already(order, done.get());
        }
      }
      return bakeClaimed(render, held);
    }
  }

  private Optional<Render> ready(ComposeOrder order) {
    return tools
        .renders()
        .find(order.key())
        .filter(render -> render.status() == Render.Status.READY);
  }

  private RenderOutcome bakeClaimed(PlannedRender render, Claims.Claim claim) throws IOException {
    ComposeOrder order = render.order();
    Creation video = tools.publisher().creation(order.recipe().exercise(), title(render), claim);
    Path file = tools.scratch().resolve(order.renderId() + "." + UUID.randomUUID() + ".mp4");
    boolean recorded = false;
    try {
      progress(order, RenderStep.COMPOSING);
      ComposedVideo composed = tools.retrier().run(() -> composing.compose(render, file));
      requirePresentVersion(order);
      progress(order, RenderStep.PUBLISHING);
      long begin = System.nanoTime();
      String hostedId = publish(composed, video);
      RenderTimings timings =
          new RenderTimings(
              render.normaliseSeconds() + composed.normaliseSeconds(),
              composed.composeSeconds(),
              (System.nanoTime() - begin) / 1e9);
      RenderOutcome outcome = record(render, composed, hostedId, timings);
      recorded = outcome instanceof Rendered;
      return outcome;
    } finally {
      if (!recorded) {
        tools.publisher().giveUp(video);
      }
      Files.deleteIfExists(file);
    }
  }

  private void progress(ComposeOrder order, RenderStep step) throws IOException {
    tools
        .retrier()
        .run(
            () -> {
              tools.renders().progress(order.renderId(), step, step.percentAtBegin());
              return step;
            });
  }

  /** A bundle that was replaced meanwhile may have given primitives of both versions. */
  private void requirePresentVersion(ComposeOrder order) throws IOException {
    String exercise = order.recipe().exercise();
    Optional<Integer> present = tools.retrier().run(() -> tools.catalogue().assetVersion(exercise));
    if (!present.equals(Optional.of(order.assetVersion()))) {
      throw new IOException(
          "asset_version of %s is %s and was %d when rendering began; order it again"
              .formatted(
                  exercise, present.map(Object::toString).orElse("none"), order.assetVersion()));
    }
  }

  private String publish(ComposedVideo composed, Creation video) throws IOException {
    try {
      return tools
          .publisher()
          .publish(
              composed.content(), video, ExpectedLength.exactly(composed.plan().durationSeconds()));
    } catch (VideoHostException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("publishing failed: " + e.getMessage(), e);
    }
  }

  private RenderOutcome record(
      PlannedRender render, ComposedVideo composed, String hostedId, RenderTimings timings)
      throws IOException {
    ComposeOrder order = render.order();
    Render.Outcome outcome =
        new Render.Outcome(
            tools.publisher().hostName(),
            hostedId,
            composed.plan().durationSeconds(),
            Optional.of(composed.plan().frames()),
            Optional.of(composed.plan().script().picks()),
            composed.plan().segments());
    Render.Spent spent =
        new Render.Spent(composed.bytes(), timings.composeSeconds(), timings.publishSeconds());
    Render standing =
        tools
            .retrier()
            .run(
                () ->
                    tools
                        .renders()
                        .ready(
                            order,
                            render.planId(),
                            outcome,
                            Optional.of(spent),
                            isPreview(render)));
    boolean ours =
        standing.outcome().map(stands -> stands.hostVideoId().equals(hostedId)).orElse(false);
    if (!ours && standing.status() == Render.Status.READY) {
      // Our lease ran out and another was first.
      return results.already(order, standing);
    }
    if (!ours) {
      throw new IOException(
          "the claim on it ran out before it was recorded, and its video is removed; order it again");
    }
    LOG.info(
        "render {} of {} is ready: {} frames, normalised in {} s, composed in {} s",
        order.renderId(),
        order.recipe().exercise(),
        composed.plan().frames(),
        timings.normaliseSeconds(),
        timings.composeSeconds());
    return new Rendered(order, results.ready(order, outcome, timings), composed.bytes());
  }

  /** The catalogue shows one preview for an exercise: that of the manifest's first language. */
  private static boolean isPreview(PlannedRender render) {
    Recipe recipe = render.order().recipe();
    Manifest manifest = render.script().manifest();
    return Recipe.previewOf(manifest, manifest.languages().get(0)).equals(recipe);
  }

  /**
   * The render's id, under which a host keeps one video however often we come with it. A forced
   * render must not be taken for the one it replaces, and so has its plan's id beside.
   */
  private static String title(PlannedRender render) {
    String id = render.order().renderId().toString();
    return render.order().force() ? id + "." + render.planId() : id;
  }
}
