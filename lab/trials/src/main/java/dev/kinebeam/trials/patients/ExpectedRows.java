package dev.kinebeam.trials.patients;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.trials.patients.Player.Rendition;
import dev.kinebeam.trials.patients.ScriptedSession.Offset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The rows that a simulated session must leave behind, written while it happens and in the order it
 * happens. Numbers are long or double, times {@link Offset}, as the columns are.
 */
final class ExpectedRows {
  private static final List<String> CLIENT_TOTALS =
      List.of("bitrate_switches", "resolution_switches", "dropped_frames", "total_frames");

  private final TreeMap<String, Object> row = new TreeMap<>();
  private final Map<UUID, TreeMap<String, Object>> stalls = new LinkedHashMap<>();
  private final TreeSet<String> errorTypes = new TreeSet<>();
  private boolean fatal;

  /** Where the playhead last came to rest, and where a seek took it if it has not moved since. */
  private double place;

  private Double soughtTo;

  ExpectedRows() {
    for (String count :
        List.of(
            "plays",
            "pauses",
            "seeks",
            "heartbeats",
            "milestone_percent",
            "buffering_count",
            "total_buffering_duration_ms",
            "stall_count",
            "stall_duration_ms",
            "bitrate_switches",
            "resolution_switches",
            "dropped_frames",
            "total_frames",
            "error_count",
            "events_missing",
            "events_corrected")) {
      row.put(count, 0L);
    }
    for (String amount :
        List.of("watched_duration_seconds", "completion_percent", "max_position_seconds")) {
      row.put(amount, 0.0);
    }
    row.put("asked_to_play", false);
    row.put("started_playing", false);
    row.put("fatal_error", false);
    row.put("counters_disagree", false);
    row.put("metrics_version", 3L);
    row.put("avg_bitrate", null);
    row.put("final_position_seconds", null);
  }

  void started(Player.Media media, long ttfb, long load, Rendition rendition) {
    row.put("media_id", media.mediaId());
    row.put("media_type", "video");
    row.put("render_id", media.renderId());
    row.put("started_at", new Offset(0));
    row.put("asked_to_play", true);
    row.put("ttfb_ms", ttfb);
    row.put("video_load_time_ms", load);
    row.put("cdn_response_time_ms", ttfb - 20);
    row.put("total_duration_seconds", media.durationSeconds());
    row.put("initial_bitrate", rendition.bitrate);
    row.put("initial_resolution", rendition.resolution);
  }

  void set(String column, Object value) {
    row.put(column, value);
  }

  void count(String column) {
    row.merge(column, 1L, (a, b) -> (Long) a + (Long) b);
  }

  void max(String column, long value) {
    row.merge(column, value, (a, b) -> Math.max((Long) a, (Long) b));
  }

  void played(double position) {
    count("plays");
    at(position);
  }

  void sought(double from, double to) {
    count("seeks");
    at(from);
    place = to;
    at(to);
    soughtTo = to;
  }

  /** The playhead is reported here; that it moved shows that the video played. */
  void at(double position) {
    if (position - place > 0.5) {
      place = position;
      soughtTo = null;
      set("started_playing", true);
    }
    row.put("final_position_seconds", position);
    row.merge("max_position_seconds", position, (a, b) -> Math.max((Double) a, (Double) b));
  }

  void milestone(int percent) {
    max("milestone_percent", percent);
  }

  /** The player is known to have shown, or to have chosen, this rendition. */
  void saw(Rendition rendition) {
    max("peak_bitrate", rendition.bitrate);
    row.merge(
        "peak_resolution",
        rendition.resolution,
        (a, b) -> lines((String) a) >= lines((String) b) ? a : b);
  }

  private static int lines(String resolution) {
    return Integer.parseInt(resolution.substring(0, resolution.length() - 1));
  }

  void network(double bandwidth, ObjectNode data) {
    row.put("connection_type", data.get("connection_type").textValue());
    row.put("effective_bandwidth", bandwidth);
    if (data.has("rtt_ms")) {
      row.put("rtt_ms", data.get("rtt_ms").longValue());
    }
    row.merge("min_bandwidth", bandwidth, (a, b) -> Math.min((Double) a, (Double) b));
  }

  void switched(Rendition from, Rendition to) {
    if (from != to) {
      count("bitrate_switches");
      count("resolution_switches");
    }
  }

  /** Totals only grow, so the latest that arrives is the greatest. */
  void totals(ObjectNode data) {
    for (String column : CLIENT_TOTALS) {
      max(column, data.get(column).longValue());
    }
    if (data.get("watched_duration_seconds").doubleValue() > 0) {
      set("started_playing", true);
    }
    row.put("buffering_count", data.get("buffering_count").longValue());
    row.put("total_buffering_duration_ms", data.get("buffering_duration_ms").longValue());
    row.put("watched_duration_seconds", data.get("watched_duration_seconds").doubleValue());
    row.put("completion_percent", data.get("completion_percent").doubleValue());
  }

  void error(String code, boolean isFatal) {
    count("error_count");
    errorTypes.add(code);
    fatal |= isFatal;
  }

  void stallBegan(
      UUID id,
      double position,
      long atMs,
      Rendition rendition,
      long cdn,
      String connection,
      double bandwidth) {
    at(position);
    TreeMap<String, Object> stall = new TreeMap<>();
    stall.put("stall_id", id);
    stall.put("cause", cause(position));
    stall.put("position_seconds", position);
    stall.put("started_at", new Offset(atMs));
    stall.put("bitrate_before", rendition.bitrate);
    stall.put("resolution_before", rendition.resolution);
    stall.put("cdn_response_time_ms", cdn);
    stall.put("connection_type", connection);
    stall.put("effective_bandwidth", bandwidth);
    stall.put("bitrate_after", null);
    stall.put("resolution_after", null);
    stall.put("media_id", row.get("media_id"));
    stall.put("render_id", row.get("render_id"));
    stalls.put(id, stall);
  }

  /** What a player calls waiting is not a stall before the first frame and at the end of a jump. */
  private String cause(double position) {
    if (!(Boolean) row.get("started_playing")) {
      return "startup";
    }
    return soughtTo != null && Math.abs(position - soughtTo) <= 0.5 ? "seek" : "stall";
  }

  void stallEnded(UUID id, long atMs, long ms, Rendition rendition, boolean recovered) {
    TreeMap<String, Object> stall = stalls.get(id);
    stall.put("ended_at", new Offset(atMs));
    stall.put("duration_ms", ms);
    stall.put("ended_by", "buffering_end");
    stall.put("bitrate_after", rendition.bitrate);
    stall.put("resolution_after", rendition.resolution);
    stall.put("recovered", recovered);
  }

  void ended(String by, String status) {
    row.put("ended_by", by);
    row.put("status", fatal ? "error" : status);
    fatal |= status.equals("error");
  }

  /** The last word, when the session's last event came {@code lastMs} after its first. */
  void close(long lastMs) {
    row.put("ended_at", new Offset(lastMs));
    row.put("last_event_at", new Offset(lastMs));
    row.put("fatal_error", fatal);
    row.put("error_types", List.copyOf(errorTypes));
    long stalledMs = 0;
    long stalled = 0;
    for (TreeMap<String, Object> stall : stalls.values()) {
      if (!stall.containsKey("ended_at")) {
        stall.put("ended_at", new Offset(lastMs));
        stall.put("duration_ms", lastMs - ((Offset) stall.get("started_at")).ms());
        stall.put("ended_by", "silence");
        stall.put("recovered", false);
      }
      if (stall.get("cause").equals("stall")) {
        stalled++;
        stalledMs += (Long) stall.get("duration_ms");
      }
    }
    row.put("stall_count", stalled);
    row.put("stall_duration_ms", stalledMs);
  }

  SortedMap<String, Object> metrics() {
    return row;
  }

  List<SortedMap<String, Object>> stalls() {
    return new ArrayList<>(stalls.values());
  }
}
