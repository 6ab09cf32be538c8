package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.eventarchive.ArchiveObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The objects of one partition and hour by reference: what one worker reads at a time. */
record ArchivePiece(List<String> keys) {
  ArchivePiece {
    keys = List.copyOf(keys);
  }

  /** The pieces of these objects. */
  static List<ArchivePiece> of(List<ArchiveObject> objects) {
    record HourOfPartition(Instant hour, int partition) {}

    Map<HourOfPartition, List<String>> pieces = new LinkedHashMap<>();
    for (ArchiveObject object : objects) {
      pieces
          .computeIfAbsent(
              new HourOfPartition(object.hour(), object.partition()), h -> new ArrayList<>())
          .add(object.key());
    }
    return pieces.values().stream().map(ArchivePiece::new).toList();
  }

  List<ArchiveObject> objects() {
    return keys.stream().map(ArchiveObject::ofKey).toList();
  }
}
