package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.program.observability.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an archiver exports. */
final class ArchiveMetrics {
  private ArchiveMetrics() {}

  static Metrics.Registration export(ArchiveLoop loop, Metrics metrics) {
    Instant began = Instant.now();
    List<Metrics.Registration> all =
        List.of(
            metrics.add(
                Metrics.Type.GAUGE,
                "kinebeam_archive_lag_seconds",
                "Age of the newest moment up to which everything of the partition is stored.",
                () -> lags(loop.stored(), began)),
            metrics.counter(
                "kinebeam_archive_records_total",
                "Records stored since the start.",
                Map.of(),
                () -> loop.progress().records()),
            metrics.counter(
                "kinebeam_archive_objects_total",
                "Objects stored since the start.",
                Map.of(),
                () -> loop.progress().objects()),
            metrics.counter(
                "kinebeam_archive_bytes_total",
                "Bytes stored since the start, compressed.",
                Map.of(),
                () -> loop.progress().bytes()));
    return () -> all.forEach(Metrics.Registration::close);
  }

  /** Of a partition whose horizon is not known yet it is the archiver's own age. */
  private static List<Metrics.Sample> lags(Map<Integer, Instant> stored, Instant began) {
    Instant now = Instant.now();
    List<Metrics.Sample> samples = new ArrayList<>();
    stored.forEach(
        (partition, recorded) -> {
          Instant upTo = recorded.isBefore(Instant.EPOCH) ? began : recorded;
          samples.add(
              new Metrics.Sample(
                  Map.of("partition", Integer.toString(partition)),
                  Duration.between(upTo, now).toMillis() / 1000.0));
        });
    return samples;
  }
}
