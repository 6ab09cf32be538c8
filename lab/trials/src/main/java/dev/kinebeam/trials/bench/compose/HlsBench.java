package dev.kinebeam.trials.bench.compose;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import dev.kinebeam.videohost.ComposeSettings;
import dev.kinebeam.videohost.HostSettings;
import dev.kinebeam.videohost.VideoHostServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From an order to the video host until a player has all it needs to begin: the playlists, and the
 * first segment of picture and of sound. The primitives are normalised in every quality before; the
 * recipes are new, and so is part of their sound.
 */
final class HlsBench {
  private static final int LARGEST_FILE = 64 << 20;

  private static final double GOAL_MS = 100;
  private static final String KEY = "bench";
  private static final long LIBRARY = 1;
  private static final long CACHE_BYTES = 50L << 30;
  private static final int[] REPS = {5, 10, 15, 20};

  private final BenchSize size;
  private final BundleDirectory bundle;
  private final Path bundleFolder;
  private final Path mezzanines;
  private final Console console;
  private final HttpClient http = HttpClient.newHttpClient();
  private URI host;

  HlsBench(
      BenchSize size, BundleDirectory bundle, Path bundleFolder, Path mezzanines, Console console) {
    this.size = size;
    this.bundle = bundle;
    this.bundleFolder = bundleFolder;
    this.mezzanines = mezzanines;
    this.console = console;
  }

  Map<String, Object> run(int orders) throws Exception {
    Path data = Files.createTempDirectory("kinebeam-bench-host");
    ComposeSettings compose =
        new ComposeSettings(bundleFolder, mezzanines, CACHE_BYTES, size.ladder());
    HostSettings settings =
        new HostSettings(
            0, data, LIBRARY, KEY, KEY, Optional.empty(), Optional.empty(), Optional.of(compose));
    try (VideoHostServer server = VideoHostServer.start(settings, InstantSource.system())) {
      host = URI.create("http://127.0.0.1:" + server.port());
      Recipe first = ComposeBench.recipe(new SetSpec("left", 10), new SetSpec("right", 10));
      console.step("normalising in %d qualities, once", size.ladder().size());
      playable(first);
      List<Recipe> recipes = others(RenderScript.of(bundle.bundle(), first).videos(), orders);
      List<Double> millis = new ArrayList<>();
      for (Recipe recipe : recipes) {
        millis.add(playable(recipe));
      }
      Samples samples = Samples.of(millis);
      console.say(
          "HLS: playable %.0f ms after the order (median of %d new recipes; p95 %.0f, most %.0f);"
              + " goal %.0f",
          samples.median(), orders, samples.percentile(0.95), samples.max(), GOAL_MS);
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("hls_playable_ms", Verdict.rounded(samples.median()));
      figures.put("hls_playable_p95_ms", Verdict.rounded(samples.percentile(0.95)));
      return figures;
    } finally {
      Folders.delete(data);
    }
  }

  /** New recipes that play no other videos than these. */
  private List<Recipe> others(Set<String> videos, int count)
      throws RenderScript.Refused, IOException {
    List<Recipe> found = new ArrayList<>();
    for (long seed = 1; found.size() < count; seed++) {
      if (seed > 1_000_000) {
        throw new IOException("no " + count + " recipes play the same videos");
      }
      int left = REPS[(int) (seed % REPS.length)];
      int right = REPS[(int) (seed / REPS.length % REPS.length)];
      Recipe recipe =
          new Recipe(
              SampleExercise.SLUG,
              SampleExercise.LANGUAGE,
              List.of(new SetSpec("right", right), new SetSpec("left", left)),
              seed,
              false);
      if (videos.containsAll(RenderScript.of(bundle.bundle(), recipe).videos())) {
        found.add(recipe);
      }
    }
    return found;
  }

  /** Milliseconds from the order until the first second could be shown. */
  private double playable(Recipe recipe) throws IOException, InterruptedException {
    URI videos = host.resolve("/library/" + LIBRARY + "/videos");
    JsonNode video =
        Json.MAPPER.readTree(
            post(videos, "{\"title\":\"bench\"}".getBytes(StandardCharsets.UTF_8)));
    String guid = video.get("guid").asText();
    long begin = System.nanoTime();
    post(URI.create(videos + "/" + guid + "/composition"), Json.bytes(recipe.toJson()));
    String best = size.profile().label();
    for (String part :
        List.of(
            "playlist.m3u8",
            best + "/video.m3u8",
            best + "/init.mp4",
            best + "/segment0.m4s",
            "audio/video.m3u8",
            "audio/init.mp4",
            "audio/segment0.m4s")) {
      send(HttpRequest.newBuilder(host.resolve("/" + guid + "/" + part)).build());
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  private byte[] post(URI address, byte[] json) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(address)
            .header("AccessKey", KEY)
            .POST(HttpRequest.BodyPublishers.ofByteArray(json))
            .build());
  }

  private byte[] send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = http.send(request, BoundedBody.bytes(LARGEST_FILE));
    if (answer.statusCode() != 200) {
      throw new IOException(
          request.uri()
              + " answered "
              + answer.statusCode()
              + ": "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return answer.body();
  }
}
