package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.trials.servers.ApiCaller;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/**
 * The way of the sample exercise: drawn, brought into the bucket, published, composed, and watched
 * to its end.
 */
final class SampleRender {
  private static final int DRAWING_STEP = 5;
  private static final Duration RENDER_TIMEOUT = Duration.ofMinutes(15);

  private final DemoSettings settings;
  private final DemoConsole console;
  private final DemoBundle bundle;
  private final DemoExercises exercises;
  private final Endpoints endpoints;
  private final ApiCaller composer;
  private final boolean another;
  private final UUID renderId;

  /**
   * Makes it.
   *
   * @param composer the gateway's caller
   */
  SampleRender(
      DemoSettings settings,
      DemoConsole console,
      DemoBundle bundle,
      DemoExercises exercises,
      Endpoints endpoints,
      ApiCaller composer)
      throws IOException {
    this.settings = settings;
    this.console = console;
    this.bundle = bundle;
    this.exercises = exercises;
    this.endpoints = endpoints;
    this.composer = composer;
    this.another = bundle.replacesAnother();
    this.renderId =
        RenderKey.of(DemoBundle.RECIPE, exercises.sample().assetVersion() + (another ? 1 : 0))
            .renderId();
  }

  /** Of the render that is prescribed and composed. */
  UUID renderId() {
    return renderId;
  }

  /** Draws it where it is not there yet, brings it into the bucket, and begins to publish it. */
  void prepare() throws IOException, InterruptedException {
    bundle.make(
        (done, total) -> {
          if (done % DRAWING_STEP == 0 || done == total) {
            console.step("sample exercise: " + done + " of " + total + " files drawn");
          }
        });
    try (ObjectStore assets =
        ObjectStore.open(
            ObjectStoreSettings.fromEnvironment(endpoints.toEnvironment(ProgramRole.RENDER)))) {
      int uploaded = bundle.upload(assets);
      if (uploaded > 0) {
        console.step("sample exercise in the bucket (" + uploaded + " files uploaded)");
      }
    }
    if (another) {
      exercises.bump();
    }
    bundle.remember();
    exercises.publish();
  }

  /** Waits until it is published, so that it can be prescribed. */
  void awaitPublished() throws Exception {
    exercises.awaitPublished();
    console.step("sample exercise published");
  }

  /** Has the recipe composed and watches it. */
  DemoReport.Render compose() throws Exception {
    ComposeClient gateway = new ComposeClient(composer);
    console.step("compose request sent: left × 10, right × 10, in Romanian");
    ComposeClient.Answer answer = gateway.compose(DemoBundle.RECIPE, RENDER_TIMEOUT);
    console.step(answer.fromCache() ? "render answered from the cache" : "render ready");
    return watch(answer);
  }

  private DemoReport.Render watch(ComposeClient.Answer answer)
      throws IOException, InterruptedException {
    JsonNode render = answer.render();
    URI playback = URI.create(render.get("playback_hls_url").textValue());
    Path file = Files.createTempFile(settings.dataDir(), "watched", ".mp4");
    try {
      HlsViewer viewer = new HlsViewer();
      viewer.fetch(playback, file);
      long frames = MediaReader.packets(file).stream().filter(MediaReader.Packet::video).count();
      RenderCost cost =
          answer.fromCache()
              ? RenderCost.NOTHING
              : RenderCost.of(renderId, endpoints.kafkaBootstrapServers());
      return new DemoReport.Render(
          render.get("render_id").textValue(),
          render.get("status").textValue(),
          answer.fromCache(),
          render.get("duration_seconds").doubleValue(),
          frames,
          bundle.expectedFrames(),
          cost.composeSeconds(),
          cost.normaliseSeconds(),
          playback.toString(),
          viewer.bytesFetched());
    } finally {
      Files.delete(file);
    }
  }
}
