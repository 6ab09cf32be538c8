package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.eventarchive.ArchiveHorizon;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveReader;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.program.cli.ProgressLine;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Makes the rows of a time again from the archive, by the stream's own transforms. Its rows are
 * those of the stream, column by column: what the stream merged into a row after its session's
 * state had been forgotten is merged here from the beginning, and may have more.
 */
public final class Backfill {
  private static final org.joda.time.Duration PROGRESS_INTERVAL =
      org.joda.time.Duration.millis(ProgressLine.INTERVAL.toMillis());

  private final BackfillSettings settings;
  private final PipelineOptions runner;
  private final Consumer<String> progress;

  /**
   * A backfill to be run.
   *
   * @param runner how Beam is to run it
   * @param progress receives a line every two seconds
   */
  public Backfill(BackfillSettings settings, PipelineOptions runner, Consumer<String> progress) {
    this.settings = settings;
    this.runner = runner;
    this.progress = progress;
  }

  /**
   * Runs it to its end.
   *
   * @throws IOException when the archive cannot be asked, or the run fails; rows written until then
   *     stand, and running it again is harmless
   */
  public BackfillReport run() throws IOException, SQLException {
    List<ArchiveObject> objects;
    Instant horizon;
    try (ArchiveStore archive = settings.archive().open()) {
      // Before the objects: whatever it says is complete is among those that are listed then.
      Map<Integer, Instant> complete = new ArchiveHorizon(archive).byPartition();
      objects = new ArchiveReader(archive).objects(settings.readFrom(), settings.readTo());
      horizon = horizon(complete, objects, settings.readTo());
    }
    progress.accept(
        "%d objects, %d bytes; the archive is complete up to %s"
            .formatted(
                objects.size(), objects.stream().mapToLong(ArchiveObject::bytes).sum(), horizon));
    Map<String, Long> counts = run(objects, horizon);
    return report(counts);
  }

  /** Every partition that has objects must be complete; one without a horizon is not. */
  private static Instant horizon(
      Map<Integer, Instant> horizons, List<ArchiveObject> objects, Instant end) {
    Instant horizon = end;
    for (Instant complete : horizons.values()) {
      horizon = complete.isBefore(horizon) ? complete : horizon;
    }
    boolean allKnown = objects.stream().allMatch(o -> horizons.containsKey(o.partition()));
    return allKnown ? horizon : Instant.EPOCH;
  }

  private Map<String, Long> run(List<ArchiveObject> objects, Instant horizon) throws IOException {
    Pipeline pipeline = Pipeline.create(settings.archive().configure(runner));
    BackfillPipeline.build(pipeline, settings, objects, horizon);
    try {
      PipelineResult result = pipeline.run();
      PipelineResult.State state = result.waitUntilFinish(PROGRESS_INTERVAL);
      while (state == null || !state.isTerminal()) {
        reportProgress(BackfillCounters.of(result), objects.size());
        state = result.waitUntilFinish(PROGRESS_INTERVAL);
      }
      if (state != PipelineResult.State.DONE) {
        throw new IOException("the backfill ended as " + state + "; see the runner's log");
      }
      return BackfillCounters.of(result);
    } catch (PipelineExecutionException e) {
      throw new IOException("the backfill failed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private void reportProgress(Map<String, Long> counts, int objects) {
    progress.accept(
        "%d of %d objects read, %d records, %d sessions"
            .formatted(
                counts.getOrDefault(BackfillCounters.OBJECTS, 0L),
                objects,
                counts.getOrDefault(BackfillCounters.RECORDS, 0L),
                counts.getOrDefault(BackfillCounters.SESSIONS, 0L)));
  }

  private BackfillReport report(Map<String, Long> counts) throws SQLException {
    List<String> broken = new ArrayList<>();
    Map<String, Long> differences = new TreeMap<>();
    Map<String, Long> absent = new TreeMap<>();
    counts.forEach(
        (name, count) -> {
          if (name.startsWith(BackfillCounters.BROKEN)) {
            broken.add(name.substring(BackfillCounters.BROKEN.length()));
          } else if (name.startsWith(BackfillCounters.ABSENT)) {
            absent.put(name.substring(BackfillCounters.ABSENT.length()), count);
          } else if (name.startsWith(BackfillCounters.DIFFERS)) {
            differences.put(name.substring(BackfillCounters.DIFFERS.length()), count);
          }
        });
    BackfillReport report =
        new BackfillReport(
            counts.getOrDefault(BackfillCounters.OBJECTS, 0L),
            counts.getOrDefault(BackfillCounters.RECORDS, 0L),
            counts.getOrDefault(BackfillCounters.REFUSED, 0L),
            counts.getOrDefault(BackfillCounters.SESSIONS, 0L),
            counts.getOrDefault(BackfillCounters.RUNNING, 0L),
            counts.getOrDefault(BackfillCounters.STALLS, 0L),
            counts.getOrDefault(BackfillCounters.NOT_WRITTEN, 0L),
            broken,
            differences,
            absent);
    return settings.mode() == BackfillSettings.Mode.COMPARE
        ? SurplusRows.added(report, settings)
        : report;
  }
}
