package dev.kinebeam.render.orders;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.composer.bundle.PrimitiveMirror;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.schemas.Counted;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a batch would do, found out without doing it: nothing is decoded, uploaded or written.
 *
 * @param orders different renders that are ordered
 * @param ready of them already, and skipped
 * @param toRender what is left
 * @param refused cannot be served, with the reason
 * @param videoSeconds length of what is to be rendered
 * @param assumed renders whose length nothing is known of, taken for {@link #ASSUMED_SECONDS} each
 * @param primitives different files that they play
 * @param cpuSeconds at most, at 1080p: when no primitive is normalised yet
 * @param cpuSecondsWithoutSharing what encoding every render by itself would take
 * @param bytes of the files, at the size of earlier renders, else at most
 * @param wallSeconds from start to end on this machine, at most: with no primitive normalised yet
 * @param measuredRenders earlier renders that bytes and the host's time are taken from; with 0 of
 *     them, bytes are the profile's limit and wallSeconds leave the host out
 * @param encodingDollars the host's, once
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Estimate(
    int orders,
    int ready,
    int toRender,
    List<CatalogueOrders.Refusal> refused,
    double videoSeconds,
    int assumed,
    int primitives,
    double cpuSeconds,
    double cpuSecondsWithoutSharing,
    double bytes,
    double wallSeconds,
    int measuredRenders,
    double encodingDollars) {
  /** "~3 min", the content pipeline's reference says. */
  static final double ASSUMED_SECONDS = 180;

  /**
   * Processor seconds per second of 1080p30, measured (docs/rendering.md): normalising a primitive,
   * the literal way's re-encoding of a render, composing one from mezzanines.
   */
  private static final double NORMALISE = 0.82;

  private static final double LITERAL = 86.0 / 105;
  private static final double COMPOSE = 0.01;

  /**
   * How the batch will be run.
   *
   * @param processors that normalise and compose
   * @param workers renders under way at once
   * @param profile that limits the bytes
   */
  public record Means(int processors, int workers, Profile profile) {
    /** The limit of a render's bytes a second: its picture's, and 24 kB for its sound. */
    private double mostBytesASecond() {
      return profile.format().maxBitRate() / 8.0 + 24_000;
    }
  }

  /** Looks every order up. */
  public static Estimate of(
      Means means,
      List<ComposeOrder> orders,
      List<CatalogueOrders.Refusal> refusedBefore,
      ExerciseRenders renders,
      RenderCatalogue catalogue,
      CatalogueOrders.Bundles bundles)
      throws IOException {
    return new Assessment(renders, catalogue, bundles, refusedBefore).at(orders, means);
  }

  private static final class Assessment {
    private final ExerciseRenders renders;
    private final RenderCatalogue catalogue;
    private final CatalogueOrders.Bundles bundles;
    private final List<CatalogueOrders.Refusal> refused;
    private final Map<String, PrimitiveMirror.Listing> listings = new HashMap<>();
    private final Map<String, PartLengths> lengths = new HashMap<>();
    private final Map<String, Double> primitiveSeconds = new HashMap<>();
    private final Set<String> videos = new TreeSet<>();
    private final Set<String> voices = new TreeSet<>();
    private int ready;
    private int toRender;
    private int assumed;
    private double videoSeconds;

    Assessment(
        ExerciseRenders renders,
        RenderCatalogue catalogue,
        CatalogueOrders.Bundles bundles,
        List<CatalogueOrders.Refusal> refusedBefore) {
      this.renders = renders;
      this.catalogue = catalogue;
      this.bundles = bundles;
      this.refused = new ArrayList<>(refusedBefore);
    }

    Estimate at(List<ComposeOrder> orders, Means means) {
      Map<UUID, ComposeOrder> distinct = new LinkedHashMap<>();
      orders.forEach(order -> distinct.merge(order.renderId(), order, (a, b) -> a.force() ? a : b));
      distinct.values().forEach(this::assess);
      double normalise =
          primitiveSeconds.values().stream().mapToDouble(Double::doubleValue).sum() * NORMALISE;
      Optional<RenderCatalogue.Measured> measured = catalogue.measured();
      double bytesASecond =
          measured
              .map(known -> known.spent().bytes() / known.videoSeconds())
              .orElseGet(means::mostBytesASecond);
      double publishing =
          toRender
              * measured.map(known -> known.spent().publishSeconds() / known.renders()).orElse(0.0);
      double cpu = normalise + videoSeconds * COMPOSE;
      return new Estimate(
          distinct.size(),
          ready,
          toRender,
          List.copyOf(refused),
          videoSeconds,
          assumed,
          videos.size() + voices.size(),
          cpu,
          videoSeconds * LITERAL,
          videoSeconds * bytesASecond,
          cpu / means.processors() + publishing / means.workers(),
          measured.map(RenderCatalogue.Measured::renders).orElse(0),
          HostPrices.BUNNY_STREAM.encoding(videoSeconds));
    }

    private void assess(ComposeOrder order) {
      boolean done =
          !order.force()
              && renders
                  .find(order.key())
                  .filter(render -> render.status() == Render.Status.READY)
                  .isPresent();
      if (done) {
        ready++;
        return;
      }
      String exercise = order.recipe().exercise();
      try {
        if (!listings.containsKey(exercise)) {
          listings.put(exercise, bundles.list(exercise));
        }
        count(order, RenderScript.of(listings.get(exercise).bundle(), order.recipe()));
      } catch (IOException | RenderScript.Refused e) {
        refused.add(new CatalogueOrders.Refusal(exercise, String.valueOf(e.getMessage())));
      }
    }

    private void count(ComposeOrder order, RenderScript script) {
      String exercise = order.recipe().exercise();
      OptionalDouble known =
          lengths
              .computeIfAbsent(exercise, slug -> PartLengths.of(catalogue.segmentsOf(slug)))
              .seconds(order.recipe());
      double seconds = known.orElse(ASSUMED_SECONDS);
      toRender++;
      assumed += known.isPresent() ? 0 : 1;
      videoSeconds += seconds;
      script.voiceOvers().forEach(name -> voices.add(exercise + "/" + name));
      int plays = script.scenes().stream().mapToInt(scene -> scene.videos().size()).sum();
      for (String name : script.videos()) {
        videos.add(exercise + "/" + name);
        // A render's length spread over what it plays: exact when all its parts are equally long.
        primitiveSeconds.merge(exercise + "/" + name, seconds / plays, Math::max);
      }
    }
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    add(
        text,
        "%s ordered: %d ready already, %d to make, %d cannot be served",
        Counted.of(orders, "render"),
        ready,
        toRender,
        refused.size());
    add(text, "  video      %.0f s, from %s", videoSeconds, Counted.of(primitives, "primitive"));
    if (assumed > 0) {
      add(text, "             %d never seen, taken for %.0f s each", assumed, ASSUMED_SECONDS);
    }
    add(
        text,
        "  CPU        %.0f s at most, at 1080p, with no primitive normalised yet",
        cpuSeconds);
    add(
        text,
        "             %.0f s if each render were encoded by itself",
        cpuSecondsWithoutSharing);
    add(
        text,
        "  time       %.0f s at most on this machine, %s",
        wallSeconds,
        measuredRenders == 0
            ? "without the video host's part, which no render has measured yet"
            : "with the video host's part as in the latest "
                + Counted.of(measuredRenders, "render"));
    add(
        text,
        "  files      %.1f MB, %s",
        bytes / 1e6,
        measuredRenders == 0
            ? "the most that the profile allows; no render has measured it yet"
            : "by the latest " + Counted.of(measuredRenders, "render"));
    add(text, "  host       $%.2f for encoding", encodingDollars);
    for (CatalogueOrders.Refusal refusal : refused) {
      add(text, "  refused    %s: %s", refusal.exercise(), refusal.reason());
    }
    return text.toString();
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
