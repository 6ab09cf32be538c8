package dev.kinebeam.coreapi;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;

/** Rows of sessions and stalls as the pipeline would have written them. */
public final class SessionRows {
  private final Jdbi owner;

  public SessionRows(Jdbi owner) {
    this.owner = owner;
  }

  /** A session that began at {@code at} and lasted two minutes; {@code more} replaces columns. */
  public UUID session(UUID org, UUID patient, Instant at, Map<String, Object> more) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("session_id", UUID.randomUUID());
    row.put("org_id", org);
    row.put("patient_id", patient);
    row.put("media_id", "media-1");
    row.put("started_at", at.atOffset(ZoneOffset.UTC));
    row.put("last_event_at", at.plusSeconds(120).atOffset(ZoneOffset.UTC));
    row.put("ended_at", at.plusSeconds(120).atOffset(ZoneOffset.UTC));
    row.put("status", "abandoned");
    row.put("asked_to_play", true);
    row.put("started_playing", true);
    for (String real :
        new String[] {"watched_duration_seconds", "completion_percent", "max_position_seconds"}) {
      row.put(real, 10.0);
    }
    for (String count :
        new String[] {
          "plays",
          "pauses",
          "seeks",
          "milestone_percent",
          "heartbeats",
          "buffering_count",
          "total_buffering_duration_ms",
          "stall_count",
          "stall_duration_ms",
          "bitrate_switches",
          "resolution_switches",
          "dropped_frames",
          "total_frames",
          "error_count",
          "events_missing"
        }) {
      row.put(count, 0);
    }
    row.put("error_types", new String[0]);
    row.put("fatal_error", false);
    row.put("events_seen", 3);
    row.put("counters_disagree", false);
    row.put("metrics_version", 1);
    row.putAll(more);
    insert("media_session_metrics", row);
    return (UUID) row.get("session_id");
  }

  /** A stall of a session. */
  public UUID stall(UUID org, UUID patient, UUID session, Instant at, Map<String, Object> more) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("stall_id", UUID.randomUUID());
    row.put("session_id", session);
    row.put("org_id", org);
    row.put("patient_id", patient);
    row.put("media_id", "media-1");
    row.put("position_seconds", 8.0);
    row.put("started_at", at.atOffset(ZoneOffset.UTC));
    row.put("ended_at", at.plusSeconds(2).atOffset(ZoneOffset.UTC));
    row.put("duration_ms", 2000L);
    row.put("recovered", true);
    row.put("events_seen", 2);
    row.putAll(more);
    insert("media_waits", row);
    return (UUID) row.get("stall_id");
  }

  private void insert(String table, Map<String, Object> row) {
    String columns = String.join(", ", row.keySet());
    String values = row.keySet().stream().map(c -> ":" + c).collect(Collectors.joining(", "));
    owner.useHandle(
        handle -> {
          Update insert =
              handle.createUpdate(
                  "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")");
          row.forEach(insert::bind);
          insert.execute();
        });
  }
}
