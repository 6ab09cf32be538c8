package dev.kinebeam.trials.bench.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.servers.ApiCaller;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks a filled Core API, and a bare handler beside it. */
final class CatalogueBench {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  /** The bare handler gets faster through five rounds of five seconds, the others through two. */
  private static final int WARM_UP_ROUNDS = 5;

  private static final ClosedLoop CLIENTS = new ClosedLoop(8);
  private static final int BUMPS = 5;
  private static final int LISTS = 40;

  private static final List<String> PAGES =
      List.of(
          "?language=ro",
          "?language=en&limit=50",
          "?language=ro&q=sold%20777",
          "?language=en&q=hip%20str",
          "?language=ro&body_region=bench-hip&difficulty=3");

  private final Sizes sizes;
  private final Console console;
  private final URI coreApi;
  private final String secret;
  private final ApiCaller anybody;
  private final Limits limits = new Limits();

  /**
   * How much is measured.
   *
   * @param runs how often pages are asked for
   * @param rounds of cache hits
   * @param round how long each is
   */
  record Sizes(int runs, int rounds, Duration round) {}

  CatalogueBench(Sizes sizes, Console console, URI coreApi, String secret) {
    this.sizes = sizes;
    this.console = console;
    this.coreApi = coreApi;
    this.secret = secret;
    this.anybody = new ApiCaller(coreApi, "");
  }

  Limits limits() {
    return limits;
  }

  /** Pages of 1,000 exercises, one after the other, as patients open, search and filter them. */
  void portal() throws IOException, InterruptedException {
    ApiCaller patient =
        anybody.as(
            Clinics.token(
                secret,
                CatalogueFill.CLINIC.orgId(),
                CatalogueFill.PATIENT,
                "patient",
                Clock.systemUTC()));
    for (String page : PAGES) {
      List<Double> warmingUp = page(patient, page);
      console.step("first answers to %s: %.0f ms", page, Samples.of(warmingUp).median());
    }
    List<Double> all = new ArrayList<>();
    for (String page : PAGES) {
      List<Double> answers = page(patient, page);
      Samples one = Samples.of(answers);
      console.say("%-50s p50 %6.1f ms, p95 %6.1f ms", page, one.median(), one.percentile(0.95));
      all.addAll(answers);
    }
    Samples measured = Samples.of(all);
    limits.portal(measured);
    console.say(
        "portal of %d exercises: p50 %.1f ms, p95 %.1f ms (limit %.0f)",
        CatalogueFill.EXERCISES, measured.median(), measured.percentile(0.95), Limits.PORTAL_MS);
  }

  /** Answered so many times, one after the other. */
  private List<Double> page(ApiCaller patient, String query)
      throws IOException, InterruptedException {
    List<Double> milliseconds = new ArrayList<>();
    for (int run = 0; run < sizes.runs() / PAGES.size(); run++) {
      long begun = System.nanoTime();
      JsonNode page = ok(patient.get("/v1/portal/exercises" + query, ANSWER_WITHIN));
      milliseconds.add((System.nanoTime() - begun) / 1e6);
      if (page.path("exercises").isEmpty()) {
        throw new IOException("the portal finds nothing for " + query);
      }
    }
    return milliseconds;
  }

  /** A ready render asked for again and again, in turn with the bare handler. */
  void cacheHits(int bare) throws IOException, InterruptedException {
    String service = Clinics.serviceToken(secret, Clock.systemUTC());
    String platform = Clinics.platformToken(secret, Clock.systemUTC());
    RenderKey key = RenderKey.of(CatalogueFill.RECIPE, 1);
    String lookup =
        "/v1/exercises/%s/renders/lookup?language=ro&sets=left:10,right:10"
            .formatted(CatalogueFill.COMPOSED);
    String ensure = "/v1/admin/exercises/" + CatalogueFill.COMPOSED + "/renders";
    String recipe =
        "{\"language\": \"ro\", \"sets\": %s}"
            .formatted(Json.MAPPER.writeValueAsString(CatalogueFill.RECIPE.sets()));
    String selected = "/v1/bare/" + key.renderId();
    List<Double> lookups = new ArrayList<>();
    List<Double> ensured = new ArrayList<>();
    List<Double> selects = new ArrayList<>();
    for (int round = -WARM_UP_ROUNDS; round < sizes.rounds(); round++) {
      double one = CLIENTS.run(coreApi.getPort(), "GET", lookup, service, "", sizes.round());
      double two = CLIENTS.run(coreApi.getPort(), "POST", ensure, platform, recipe, sizes.round());
      double three = CLIENTS.run(bare, "GET", selected, service, "", sizes.round());
      console.step("look-ups %,.0f/s, ensured %,.0f/s, bare %,.0f/s", one, two, three);
      if (round >= 0) {
        lookups.add(one);
        ensured.add(two);
        selects.add(three);
      }
    }
    limits.cacheHits(Samples.of(lookups), Samples.of(ensured), Samples.of(selects));
  }

  /** Of an exercise with 1,000 renders. */
  void bumps() throws IOException, InterruptedException {
    ApiCaller platform = anybody.as(Clinics.platformToken(secret, Clock.systemUTC()));
    List<Double> milliseconds = new ArrayList<>();
    for (int bump = 0; bump < BUMPS; bump++) {
      long begun = System.nanoTime();
      HttpResponse<String> answer =
          platform.post(
              "/v1/admin/exercises/" + CatalogueFill.COMPOSED + "/asset-version/bump",
              Map.of(),
              Map.of(),
              ANSWER_WITHIN);
      milliseconds.add((System.nanoTime() - begun) / 1e6);
      if (answer.statusCode() != 202) {
        throw new IOException("the bump was answered " + answer.statusCode() + answer.body());
      }
    }
    Samples measured = Samples.of(milliseconds);
    limits.bumps(measured);
    console.say(
        "bump of an exercise with %,d renders: at most %.0f ms (limit %.0f)",
        CatalogueFill.RENDERS, measured.max(), Limits.BUMP_MS);
  }

  /** Of all workouts of a clinic, in one request. */
  void readiness() throws IOException, InterruptedException {
    ApiCaller specialist =
        anybody.as(Clinics.specialistToken(secret, CatalogueFill.CLINIC, Clock.systemUTC()));
    List<Double> milliseconds = new ArrayList<>();
    for (int list = 0; list < LISTS; list++) {
      long begun = System.nanoTime();
      JsonNode page =
          ok(specialist.get("/v1/workouts?limit=" + CatalogueFill.WORKOUTS, ANSWER_WITHIN));
      milliseconds.add((System.nanoTime() - begun) / 1e6);
      if (page.path("workouts").size() != CatalogueFill.WORKOUTS) {
        throw new IOException("the list has " + page.path("workouts").size() + " workouts");
      }
    }
    Samples measured = Samples.of(milliseconds.subList(LISTS / 2, LISTS));
    limits.readiness(measured);
    console.say(
        "readiness of %d workouts: p50 %.0f ms, p95 %.0f ms",
        CatalogueFill.WORKOUTS, measured.median(), measured.percentile(0.95));
  }

  private static JsonNode ok(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != 200) {
      throw new IOException(
          answer.uri() + " is answered with " + answer.statusCode() + ": " + answer.body());
    }
    return Json.MAPPER.readTree(answer.body());
  }
}
