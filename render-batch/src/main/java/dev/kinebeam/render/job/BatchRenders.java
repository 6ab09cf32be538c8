package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.render.orders.HostPrices;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.RequestedOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * The job with an end. It may be stopped at any moment, by {@code kill -9} too, and started again:
 * what is ready is skipped, what is normalised is found, and what was uploaded but not recorded is
 * taken up. Two at once, on one machine or two, bake nothing twice.
 */
public final class BatchRenders {
  /** More lines than this do not travel inside a job: give them in several files. */
  public static final int MOST_ORDERS = 50_000;

  private static final String REFUSED = ".refused";
  private static final Duration OLD = Duration.ofDays(1);

  private final Toolbox toolbox;
  private final BatchRunner runner;
  private final Consumer<String> progress;

  /**
   * A batch to be run.
   *
   * @param runner where it is run
   * @param progress is told a line every two seconds
   */
  public BatchRenders(Toolbox toolbox, BatchRunner runner, Consumer<String> progress) {
    this.toolbox = toolbox;
    this.runner = runner;
    this.progress = progress;
  }

  /**
   * Serves all orders and returns when the last has ended.
   *
   * @param orders one JSON object each, as {@code compose-requests} has them; a line that is not an
   *     order is reported before the job starts, and the others are served
   * @param force whether to render again what is ready
   * @param results takes one JSON result for each order; {@code RESULTS.refused} takes the lines
   *     that are not orders, with the reason. On a cluster it must be in a folder that all workers
   *     share. They appear when the job has ended; of two jobs at once the last one's stay
   * @throws IOException when the job ends before its time; starting it again goes on
   */
  public JobReport serve(List<OrderLine> orders, boolean force, Path results) throws IOException {
    if (orders.size() > MOST_ORDERS) {
      throw new IOException(
          orders.size() + " orders are too many for one job; give at most " + MOST_ORDERS);
    }
    long begin = System.nanoTime();
    UUID run = UUID.randomUUID();
    // Two jobs may serve one file of orders at the same time: each writes files of its own.
    Path place = results.toAbsolutePath();
    Path written = place.resolveSibling(place.getFileName() + "." + run);
    Path refused = written.resolveSibling(written.getFileName() + REFUSED);
    sweep(place);
    Judged judged = Judged.of(orders);
    judged.refused().stream()
        .limit(JobReport.SHOWN)
        .forEach(line -> progress.accept(line.subject() + ": " + line.reason()));
    Pipeline pipeline = Pipeline.create(runner.options());
    build(pipeline, run, orders, force, written.toString(), refused.toString());
    Map<String, Long> counts = run(pipeline, judged.orders());
    JobReport report =
        JobReport.of(
            counts,
            (System.nanoTime() - begin) / 1e9,
            judged.and(failures(written)),
            HostPrices.BUNNY_STREAM);
    take(written, place);
    take(refused, place.resolveSibling(place.getFileName() + REFUSED));
    return report;
  }

  /**
   * What jobs left that broke off behind the writing of their results, once nobody can be at it.
   */
  private static void sweep(Path place) throws IOException {
    Instant old = Instant.now().minus(OLD);
    Pattern ours =
        Pattern.compile(
            Pattern.quote(place.getFileName() + ".") + "[0-9a-f-]{36}(" + REFUSED + ")?");
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            place.getParent(), file -> ours.matcher(file.getFileName().toString()).matches())) {
      for (Path file : left) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** An earlier job's file goes in any case; there is none where a cluster's workers keep it. */
  private static void take(Path written, Path place) throws IOException {
    if (Files.exists(written)) {
      Files.move(
          written, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(place);
    }
  }

  private void build(
      Pipeline pipeline,
      UUID run,
      List<OrderLine> orders,
      boolean force,
      String results,
      String refused) {
    List<RawOrder> numbered = new ArrayList<>();
    for (OrderLine line : orders) {
      numbered.add(RawOrder.ofLine(run, numbered.size() + 1, line.text()));
    }
    PCollection<RawOrder> lines =
        pipeline.apply("Take orders", Create.of(numbered).withCoder(JsonCoder.of(RawOrder.class)));
    RenderJob.Rendering rendering =
        runner.isOneProcess()
            ? RenderJob.Rendering.inOneProcess(toolbox)
            : RenderJob.Rendering.with(toolbox);
    WithFailures.Result<PCollection<RenderResult>, DeadLetter> served =
        force ? RenderJob.serveForced(lines, rendering) : RenderJob.serve(lines, rendering);
    write(served.output(), "results", results);
    write(served.failures(), "refused lines", refused);
  }

  private static <T> void write(PCollection<T> values, String what, String file) {
    values
        .apply(
            "Encode " + what,
            MapElements.into(TypeDescriptors.strings())
                .via(value -> new String(Json.bytes(value), StandardCharsets.UTF_8)))
        .apply("Write " + what, TextIO.write().to(file).withoutSharding());
  }

  private Map<String, Long> run(Pipeline pipeline, List<RequestedOrder> orders) throws IOException {
    try (BatchProgress watch = BatchProgress.over(toolbox, orders, progress);
        BatchRunner.Started started = runner.start()) {
      PipelineResult result = started.run(pipeline);
      watch.counting(result);
      PipelineResult.State end = result.waitUntilFinish();
      if (end != PipelineResult.State.DONE) {
        throw new IOException("the job ended as " + end + "; start it again and it continues");
      }
      return RenderCounters.of(result);
    } catch (RuntimeException e) {
      // Runners wrap whatever a step threw in exceptions of their own.
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new IOException(
          "the job broke off: " + root.getMessage() + "; start it again and it continues", e);
    }
  }

  /**
   * Lines before they are served.
   *
   * @param refused those that are not orders, as the file has them
   */
  private record Judged(List<RequestedOrder> orders, List<JobReport.Failure> refused) {
    static Judged of(List<OrderLine> lines) {
      List<RequestedOrder> orders = new ArrayList<>();
      List<JobReport.Failure> refused = new ArrayList<>();
      for (OrderLine line : lines) {
        ComposeOrder.Parsed parsed = line.parse();
        if (parsed instanceof ComposeOrder.Valid valid) {
          orders.add(valid.order());
        } else if (parsed instanceof ComposeOrder.Invalid invalid) {
          refused.add(new JobReport.Failure(line.place(), OrderLine.reason(invalid)));
        }
      }
      return new Judged(orders, refused);
    }

    List<JobReport.Failure> and(List<JobReport.Failure> failures) {
      List<JobReport.Failure> all = new ArrayList<>(refused);
      all.addAll(failures);
      return all;
    }
  }

  /** Empty where workers of a cluster keep the results; the rows tell the reasons there. */
  private static List<JobReport.Failure> failures(Path results) throws IOException {
    List<JobReport.Failure> failures = new ArrayList<>();
    if (Files.exists(results)) {
      for (String line : Files.readAllLines(results)) {
        RenderResult result = Json.MAPPER.readValue(line, RenderResult.class);
        if (result.status().equals(RenderResult.FAILED)) {
          failures.add(
              new JobReport.Failure(
                  result.exercise() + " " + result.language() + " " + result.renderId(),
                  Optional.ofNullable(result.error()).orElse("it did not say why")));
        }
      }
    }
    return failures;
  }
}
