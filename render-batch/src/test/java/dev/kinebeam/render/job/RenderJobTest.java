package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.render.testing.SampleBundle;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderJobTest {
  private static final String GOOD = "lumbar-detensioning";
  private static final String BROKEN = "broken-bridge";

  @TempDir Path directory;
  private TestTools tools;

  @BeforeEach
  void start() throws IOException {
    tools = TestTools.start(directory);
    tools.exercises.ensureRepsBased(GOOD, "Lumbar detensioning", "media-1");
    SampleBundle.copyTo(tools.bundles().resolve(GOOD));
  }

  @AfterEach
  void stop() {
    tools.close();
  }

  @Test
  void whatCanBeServedIsServedAndWhatCannotFailsByItself() throws IOException {
    tools.exercises.ensureRepsBased(BROKEN, "Broken bridge", "media-2");
    spoil(SampleBundle.copyTo(tools.bundles().resolve(BROKEN)));
    ComposeOrder good = order(GOOD, "left", 10, "right", 10);
    ComposeOrder short5 = order(GOOD, "right", 5);
    ComposeOrder broken = order(BROKEN, "left", 5);
    ComposeOrder unknown = order("squat", "left", 5);
    ComposeOrder seven = order(GOOD, "left", 7);

    RenderReport report =
        serve(Optional.empty(), good, short5, broken, unknown, seven, "{\"exercise\":1}", "");

    assertThat(report).isEqualTo(new RenderReport(2, 0, 3, 1));
    List<RenderResult> results = results();
    assertThat(results).hasSize(5);
    RenderResult ready = result(results, good);
    assertThat(ready.status()).isEqualTo(RenderResult.READY);
    assertThat(ready.frames()).isEqualTo(42 + 150 + 30 + 150 + 36);
    assertThat(ready.durationSeconds()).isEqualTo(13.6);
    assertThat(ready.segments()).hasSize(5);
    assertThat(result(results, broken).error()).startsWith("rep-left-video-");
    assertThat(result(results, unknown).error()).contains("no exercise squat");
    assertThat(result(results, seven).error()).contains("sets[0].reps is 7");

    Render row = tools.renders.find(good.key()).orElseThrow();
    assertThat(row.status()).isEqualTo(Render.Status.READY);
    assertThat(row.outcome().orElseThrow().hostVideoId()).isEqualTo(ready.hostVideoId());
    assertThat(row.outcome().orElseThrow().segments()).isEqualTo(ready.segments());
    Render failed = tools.renders.find(broken.key()).orElseThrow();
    assertThat(failed.status()).isEqualTo(Render.Status.FAILED);
    assertThat(failed.error().orElseThrow()).startsWith("rep-left-video-");
    assertThat(tools.host.count()).isEqualTo(2);
    assertThat(tools.host.bytes(ready.hostVideoId())).isPositive();

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
    String first = results().get(0).hostVideoId();

    assertThat(serve(Optional.empty(), order)).isEqualTo(new RenderReport(0, 1, 0, 0));
    assertThat(results().get(0).hostVideoId()).isEqualTo(first);

    ComposeOrder forced = new ComposeOrder(order.recipe(), order.assetVersion(), true);
    assertThat(serve(Optional.empty(), forced)).isEqualTo(new RenderReport(1, 0, 0, 0));
    assertThat(results().get(0).hostVideoId()).isNotEqualTo(first);
  }

  @Test
  void anotherAssetVersionIsAnotherRender() throws IOException {
    ComposeOrder old = order(GOOD, "left", 5);
    ComposeOrder young = new ComposeOrder(old.recipe(), 2, false);
    assertThat(serve(Optional.empty(), old, young)).isEqualTo(new RenderReport(2, 0, 0, 0));
  }

  @Test
  void equalOrdersBakeOnce() throws IOException {
    ComposeOrder order = order(GOOD, "right", 10);
    RenderReport report = serve(Optional.empty(), order, order, order);
    assertThat(report.rendered()).isEqualTo(1);
    assertThat(tools.host.count()).isEqualTo(1);
  }

  @Test
  void aHostThatFailsIsReportedAndALaterOrderHeals() throws IOException {
    ComposeOrder order = order(GOOD, "left", 5);
    tools.host.failWith("no space left");
    assertThat(serve(Optional.empty(), order)).isEqualTo(new RenderReport(0, 0, 1, 0));
    assertThat(results().get(0).error()).contains("publishing failed").contains("no space left");
    tools.host.failWith(null);
    assertThat(serve(Optional.empty(), order)).isEqualTo(new RenderReport(1, 0, 0, 0));
    assertThat(tools.host.count()).isEqualTo(1);
  }

  @Test
  void theSameTransformsRunOnFlink() throws IOException {
    ComposeOrder one = order(GOOD, "left", 5);
    ComposeOrder two = order(GOOD, "left", 5, "right", 5);
    RenderReport report =
        serve(Optional.of(FlinkTarget.on(FlinkTarget.HERE, 2)), one, two, one, "no order");
    assertThat(report).isEqualTo(new RenderReport(2, 0, 0, 1));
    assertThat(results()).hasSize(2);
  }

  @Test
  void nothingIsLeftInTheWorkDirectoryAlsoOfWhatFailed() throws IOException {
    tools.exercises.ensureRepsBased(BROKEN, "Broken bridge", "media-2");
    spoil(SampleBundle.copyTo(tools.bundles().resolve(BROKEN)));
    serve(Optional.empty(), order(GOOD, "left", 5), order(BROKEN, "left", 5));
    tools.host.failWith("no space left");
    serve(Optional.empty(), order(GOOD, "right", 5));
    try (var files = Files.walk(directory.resolve("work"))) {
      assertThat(files.filter(Files::isRegularFile).map(path -> path.getFileName().toString()))
          .allMatch(name -> name.startsWith("lock-"));
    }
    try (var files = Files.walk(directory.resolve("primitives/copies"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private RenderReport serve(Optional<FlinkTarget> flink, Object... orders) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Object order : orders) {
      lines.add(
          order instanceof ComposeOrder compose
              ? new String(compose.encode(), StandardCharsets.UTF_8)
              : order.toString());
    }
    Path file = Files.write(directory.resolve("orders.ndjson"), lines);
    return OrderFile.serve(file, directory.resolve("results.ndjson"), tools.toolbox(), flink);
  }

  private List<RenderResult> results() throws IOException {
    List<RenderResult> results = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("results.ndjson"))) {
      results.add(Json.MAPPER.readValue(line, RenderResult.class));
    }
    return results;
  }

  private static RenderResult result(List<RenderResult> results, ComposeOrder order) {
    return results.stream()
        .filter(result -> result.renderId().equals(order.renderId()))
        .findFirst()
        .orElseThrow();
  }

  private static ComposeOrder order(String exercise, Object... sidesAndReps) {
    List<SetSpec> sets = new ArrayList<>();
    for (int i = 0; i < sidesAndReps.length; i += 2) {
      sets.add(new SetSpec((String) sidesAndReps[i], (Integer) sidesAndReps[i + 1]));
    }
    return new ComposeOrder(new Recipe(exercise, "ro", sets, null, false), 1, false);
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
