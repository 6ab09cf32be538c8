package dev.kinebeam.render.job;

import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.render.orders.CatalogueOrders;
import dev.kinebeam.render.orders.HostPrices;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.RenderResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * The job with an end. It may be stopped at any moment, by {@code kill -9} too, and started again:
 * what is ready is skipped, what is normalised is found, and what was uploaded but not recorded is
 * taken up. Two at once, on one machine or two, bake nothing twice.
 */
public final class BatchRenders {
  /** More lines than this do not travel inside a job. */
  private static final int MAX_LISTED = 50_000;

  private static final String REFUSED = ".refused";
  private static final Duration OLD = Duration.ofDays(1);
  private static final Pattern LEFT_BEHIND =
      Pattern.compile("\\.[0-9a-f-]{36}(" + Pattern.quote(REFUSED) + ")?");

  private final Toolbox toolbox;
  private final BatchRunner runner;
  private final Consumer<String> progress;

  /**
   * A batch to be run.
   *
   * @param runner where it is run
   * @param progress receives a line every two seconds
   */
  public BatchRenders(Toolbox toolbox, BatchRunner runner, Consumer<String> progress) {
    this.toolbox = toolbox;
    this.runner = runner;
    this.progress = progress;
  }

  /**
   * Serves all orders and returns when the last has ended.
   *
   * @param orders a listed one that is not an order is reported before the job starts, and the
   *     others are served
   * @param force whether to render again what is ready
   * @param results takes one JSON result for each order; {@code RESULTS.refused} takes, with the
   *     reason, the lines that are not orders and the exercises that nothing can be ordered of. On
   *     a cluster it must be in an object store, or in a folder that all workers share. They appear
   *     when the job has ended; of two jobs at once the last one's stay
   * @throws IOException when the job ends early; starting it again resumes the batch
   */
  public JobReport serve(BatchOrders orders, boolean force, FileAddress results)
      throws IOException {
    if (orders instanceof BatchOrders.Listed listed && listed.lines().size() > MAX_LISTED) {
      throw new IOException(
          listed.lines().size()
              + " orders are too many for one job; split them into files of at most "
              + MAX_LISTED);
    }
    long begin = System.nanoTime();
    UUID run = UUID.randomUUID();
    // Two jobs may serve the same orders at the same time: each writes files of its own.
    FileAddress written = results.plus("." + run);
    FileAddress refused = written.plus(REFUSED);
    // What jobs left that broke off behind the writing of their results.
    results.deleteBeside(LEFT_BEHIND, Instant.now().minus(OLD));
    List<JobReport.Failure> failures = new ArrayList<>(orders.refused());
    failures.stream()
        .limit(JobReport.SHOWN)
        .forEach(line -> progress.accept(line.subject() + ": " + line.reason()));
    Pipeline pipeline = Pipeline.create(runner.options());
    build(pipeline, run, orders, force, written.absolute(), refused.absolute());
    Map<String, Long> counts;
    try (BatchProgress watch = BatchProgress.over(toolbox, orders, progress)) {
      counts = runner.run(pipeline, watch::counting);
    }
    if (orders instanceof BatchOrders.Catalogue) {
      failures.addAll(refusals(refused));
    }
    failures.addAll(failures(written));
    JobReport report =
        JobReport.of(counts, (System.nanoTime() - begin) / 1e9, failures, HostPrices.BUNNY_STREAM);
    take(written, results);
    take(refused, results.plus(REFUSED));
    return report;
  }

  /**
   * An earlier job's file is deleted in any case; there is none where a cluster's workers keep it.
   */
  private static void take(FileAddress written, FileAddress place) throws IOException {
    if (written.exists()) {
      place.takeFrom(written);
    } else {
      place.delete();
    }
  }

  private void build(
      Pipeline pipeline,
      UUID run,
      BatchOrders orders,
      boolean force,
      String results,
      String refused) {
    WithFailures.Result<PCollection<RawOrder>, DeadLetter> read =
        orders.read(pipeline, toolbox, run);
    RenderJob.Rendering rendering =
        runner.isOneProcess()
            ? RenderJob.Rendering.inOneProcess(toolbox)
            : RenderJob.Rendering.with(toolbox);
    WithFailures.Result<PCollection<RenderResult>, DeadLetter> served =
        force
            ? RenderJob.serveForced(read.output(), rendering)
            : RenderJob.serve(read.output(), rendering);
    write(served.output(), "results", results);
    write(
        PCollectionList.of(read.failures())
            .and(served.failures())
            .apply("All refused", Flatten.pCollections()),
        "refused lines",
        refused);
  }

  private static <T> void write(PCollection<T> values, String what, String file) {
    values
        .apply("Encode " + what, toJson())
        .apply("Write " + what, TextIO.write().to(file).withoutSharding());
  }

  /** One line of JSON for each. */
  static <T> MapElements<T, String> toJson() {
    return MapElements.into(TypeDescriptors.strings())
        .via((T value) -> new String(Json.bytes(value), StandardCharsets.UTF_8));
  }

  /** The exercises that were refused; empty where workers of a cluster keep the file. */
  private static List<JobReport.Failure> refusals(FileAddress refused) throws IOException {
    List<JobReport.Failure> failures = new ArrayList<>();
    for (String line : lines(refused)) {
      CatalogueOrders.Refusal refusal = CatalogueListing.refusal(line);
      failures.add(new JobReport.Failure(refusal.exercise(), refusal.reason()));
    }
    return failures;
  }

  /** Empty where workers of a cluster keep the results; the rows have the reasons there. */
  private static List<JobReport.Failure> failures(FileAddress results) throws IOException {
    List<JobReport.Failure> failures = new ArrayList<>();
    for (String line : lines(results)) {
      RenderResult result = Json.MAPPER.readValue(line, RenderResult.class);
      if (result.status() == RenderResult.Status.FAILED) {
        failures.add(
            new JobReport.Failure(
                result.key().exercise() + " " + result.key().language() + " " + result.renderId(),
                Optional.ofNullable(result.error()).orElse("it did not say why")));
      }
    }
    return failures;
  }

  private static List<String> lines(FileAddress file) throws IOException {
    return file.exists() ? file.text().lines().toList() : List.of();
  }
}
