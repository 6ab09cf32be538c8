package dev.kinebeam.trials.bench.order;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.composer.delivery.BundleSync;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.S3Address;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.bench.compose.BenchSize;
import dev.kinebeam.trials.bench.compose.Ffmpeg;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.ProcessMeter;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.order.OrderClient.Ordered;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Measures, in one run over one stack, what {@link BenchOrderCommand} says. */
final class OrderBench {
  private static final Duration PRIMITIVES_WITHIN = Duration.ofMinutes(30);
  private static final Duration READY_WITHIN = Duration.ofMinutes(1);

  /** So that gateway, worker, job and host have compiled what they run. */
  private static final int LEAST_WARM_UP = 30;

  private static final Duration PICTURES_WITHIN = Duration.ofMinutes(10);
  private static final Duration BEGIN_WITHIN = Duration.ofMinutes(1);
  private static final double MILLISECONDS = 1000;

  private final OrderStack stack;
  private final BenchSize size;
  private final Path bundle;
  private final Console console;
  private final NewRecipes recipes = new NewRecipes(SampleExercise.SLUG);
  private final OrderClient client;
  private final Findings findings = new Findings();

  /**
   * A bench.
   *
   * @param bundle has the drawn primitives
   */
  OrderBench(OrderStack stack, BenchSize size, Path bundle, Console console) {
    this.stack = stack;
    this.size = size;
    this.bundle = bundle;
    this.console = console;
    this.client =
        new OrderClient(stack.gateway().address(), stack.endpoints().composerToken(), stack.job());
  }

  /** What came of it so far. */
  Findings findings() {
    return findings;
  }

  /** Uploads the primitives and has every one of them normalised in every quality. */
  void warmUp() throws IOException, InterruptedException, RenderScript.Refused {
    int orders = prepare(SampleExercise.SLUG, bundle, recipes, LEAST_WARM_UP);
    console.step("%d orders have warmed it up", orders);
  }

  /**
   * Orders renders of the exercise whose pictures take as much as filmed ones.
   *
   * @param folder of its bundle
   */
  List<Ordered> grained(Path folder, int count)
      throws IOException, InterruptedException, RenderScript.Refused {
    console.step("making primitives with the grain of a camera");
    GrainedExercise.make(bundle, folder, Ffmpeg.find());
    NewRecipes grained = new NewRecipes(GrainedExercise.SLUG);
    prepare(GrainedExercise.SLUG, folder, grained, 0);
    List<Ordered> ordered = new ArrayList<>();
    for (Recipe recipe : grained.take(count)) {
      ordered.add(client.order(recipe, READY_WITHIN));
    }
    return ordered;
  }

  /** Orders until every primitive was played, and so often at least; returns how often. */
  private int prepare(String slug, Path folder, NewRecipes from, int least)
      throws IOException, InterruptedException, RenderScript.Refused {
    console.step("uploading the primitives of %s", slug);
    try (ObjectStore assets = stack.assets()) {
      new BundleSync(assets, line -> {})
          .sync(folder, new S3Address(stack.endpoints().objectStore().bucket(), slug));
    }
    console.step("normalising them in every quality, once");
    BundleDirectory primitives = BundleDirectory.open(folder);
    Set<String> unplayed = new HashSet<>(BundleFiles.in(folder));
    unplayed.remove(BundleDirectory.MANIFEST);
    int orders = 0;
    while (!unplayed.isEmpty() || orders < least) {
      Recipe recipe = from.take();
      client.order(recipe, PRIMITIVES_WITHIN);
      RenderScript script = RenderScript.of(primitives.bundle(), recipe);
      unplayed.removeAll(script.videos());
      unplayed.removeAll(script.voiceOvers());
      orders++;
    }
    return orders;
  }

  /** Orders new recipes, one after the other; returns them. */
  List<Ordered> orders(int count) throws IOException, InterruptedException, SQLException {
    List<Ordered> ordered = new ArrayList<>();
    for (Recipe recipe : recipes.take(count)) {
      ordered.add(client.order(recipe, READY_WITHIN));
    }
    Samples times = Samples.of(ordered.stream().map(Ordered::milliseconds).toList());
    console.say(
        "%d orders, from POST to ready: p50 %.0f ms, p95 %.0f ms, most %.0f ms (limit %.0f, stretch"
            + " 150)",
        count, times.median(), times.percentile(0.95), times.max(), Findings.READY_MS);
    Stages stages = Stages.of(ordered, new DemoDatabase(stack.endpoints().database()).owner());
    console.say(
        "medians in ms: %s",
        stages.medians().entrySet().stream()
            .map(stage -> String.format(Locale.ROOT, "%s %.0f", stage.getKey(), stage.getValue()))
            .collect(Collectors.joining(", ")));
    findings.ready(times);
    return ordered;
  }

  /** Orders more new recipes from a page in Chromium, which plays each to its first picture. */
  void pictures(PicturePage page, int count) throws IOException, InterruptedException {
    Samples times =
        Samples.of(
            page.play(
                stack.gateway().address(),
                stack.endpoints().composerToken(),
                recipes.take(count),
                PICTURES_WITHIN));
    console.say(
        "%d orders in Chromium, from POST to the first picture: p50 %.0f ms, p95 %.0f ms (limit"
            + " %.0f, stretch 700)",
        count, times.median(), times.percentile(0.95), Findings.PICTURE_MS);
    findings.pictures(times);
  }

  /** Fetches the sound of renders that no player has played, as fast as it comes. */
  void sound(List<Ordered> unplayed) throws IOException {
    double most = 0;
    try (MediaConnection connection = new MediaConnection(stack.host().access().url())) {
      for (Ordered render : unplayed) {
        long begin = System.nanoTime();
        Presentation presentation =
            Presentation.fetch(connection, render.playback(), quality().label());
        for (Presentation.Segment segment : presentation.sounds()) {
          int status = connection.get(segment.path(), OutputStream.nullOutputStream()).status();
          if (status != 200) {
            throw new IOException("a segment of sound answered " + status);
          }
        }
        most = Math.max(most, (System.nanoTime() - begin) / 1e9 / render.seconds());
      }
    }
    console.say(
        "until the last segment of sound of %d renders: at most 1/%.0f of the length (limit 1/20)",
        unplayed.size(), 1 / most);
    findings.sound(most);
  }

  /** Plays renders that no player has played. */
  void players(List<Ordered> unplayed, int count) throws IOException, InterruptedException {
    ProcessMeter clients = ProcessMeter.ofThisOne();
    ProcessMeter host = new ProcessMeter(stack.host().handle());
    double clientsBefore = clients.cpuSeconds();
    double hostBefore = host.cpuSeconds();
    console.step("%d players of %d renders begin within a minute", count, unplayed.size());
    PlayerLoad.Played played =
        new PlayerLoad(stack.host().access().url(), quality().label())
            .play(unplayed.stream().map(Ordered::playback).toList(), count, BEGIN_WITHIN);
    double clientsCpu = clients.cpuSeconds() - clientsBefore;
    double hostCpu = host.cpuSeconds() - hostBefore;
    console.say(
        "%d players at %s: %d of %d segments came after their play time (limit 1 in 1000), %d"
            + " answers of 503; CPU %.1f s of the host, %.1f s of the players",
        count,
        quality().label(),
        played.late(),
        played.segments(),
        played.refused(),
        hostCpu,
        clientsCpu);
    findings.players(played, clientsCpu, hostCpu);
  }

  /** Compares the host's work for a segment with Jetty's. */
  void serving(List<Ordered> renders, Path folder) throws IOException, InterruptedException {
    new ServingBench(folder, console).run(stack.host(), renders, quality().label(), findings);
  }

  /** What is played: 720p, or the only quality. */
  private Profile quality() {
    return size.ladder().contains(Profile.HD) ? Profile.HD : size.profile();
  }

  /** Makes some of the same renders as the reference does. */
  void reference(List<Ordered> ordered)
      throws IOException, InterruptedException, RenderScript.Refused {
    List<Double> times = new ArrayList<>();
    try (ObjectStore bucket = stack.assets()) {
      ReencodedHls reference = new ReencodedHls(Ffmpeg.find(), size, bundle, bucket);
      for (Ordered render : ordered) {
        times.add(reference.milliseconds(render.recipe()));
        console.step(
            "re-encoding every set of %.0f s, uploading and packaging: %.1f s",
            render.seconds(), times.get(times.size() - 1) / MILLISECONDS);
      }
    }
    findings.reference(Samples.of(times), times.size());
  }
}
